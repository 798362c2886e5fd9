package org.finetune.cli;

import static org.finetune.cli.ServeProcess.json;
import static org.finetune.cli.ServeProcess.toJson;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import org.finetune.testing.Signals;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code finetune serve} cannot answer, and what must not harm it. */
class ServeErrorsIT {
    private static final String PNG = "image/png";

    @TempDir
    private static Path directory;

    private static ServeProcess server;
    private static PredictedPhotos photos;

    @BeforeAll
    static void startServer() throws Exception {
        TrainedRun run = TrainedRun.shared();
        server = ServeProcess.start(
                run.directory(), "--max-body", "2", "--max-pixels", "400000", "--timeout", "2", "--queue", "40");
        photos = PredictedPhotos.of(run);
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (server != null) {
            try (ServeProcess ending = server) {
                assertEquals(0, ending.terminate(), ending.errors().toString());
            }
        }
    }

    private static void assertRefused(int status, String part, HttpResponse<String> response) throws Exception {
        String error = json(status, response).get("error").textValue();
        assertTrue(error.contains(part), error);
        assertTrue(error.endsWith("."), error);
        assertFalse(response.body().contains(directory.getParent().toString()), response.body());
    }

    @Test
    void whatCannotBeAnsweredHasAStatusAndASentence() throws Exception {
        assertRefused(400, "The image cannot be used: ", server.post("/predict", PNG, new byte[] {1, 2, 3}));
        assertRefused(400, "The request has no image", server.post("/predict", PNG, new byte[0]));
        assertRefused(400, "has no files", server.postForm("/predict", List.of()));
        assertRefused(
                400, "cannot be read", server.post("/predict", "multipart/form-data; boundary=x", photos.bytes(0)));
        assertRefused(415, "Content-Type", server.post("/predict", "text/plain", photos.bytes(0)));
        assertRefused(400, "top must be", server.post("/predict?top=0", PNG, photos.bytes(0)));
        assertRefused(400, "explain must be", server.post("/predict?explain=yes", PNG, photos.bytes(0)));
        assertRefused(404, "the server has run", server.post("/predict?model=other", PNG, photos.bytes(0)));
        assertRefused(404, "nothing at this path", server.get("/nothing"));
        assertRefused(404, "nothing at this path", server.get("/v2/models/run/../../../etc/passwd/x"));
        assertRefused(405, "only the method POST", server.get("/predict"));
        assertRefused(413, "2097152 bytes", server.post("/predict", PNG, new byte[3 << 20]));
        ByteArrayOutputStream large = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(700, 700, BufferedImage.TYPE_INT_RGB), "png", large);
        assertRefused(413, "700 x 700 pixels", server.post("/predict", PNG, large.toByteArray()));
        assertRefused(413, "41 images", server.postForm("/predict", Collections.nCopies(41, new byte[] {1})));
        byte[] noImages = toJson(Map.of("instances", List.of(Map.of("b64", "AAAA"))));
        assertRefused(400, "The image cannot", server.post("/v1/models/run:predict", "application/json", noImages));
        for (String wrong : List.of(
                "",
                "{",
                "[]",
                "null",
                "{\"instances\": []}",
                "{\"instances\": [[1,2]]}",
                "{\"instances\": [null]}",
                "{\"instances\": [{\"b64\": \"?\"}]}")) {
            assertRefused(
                    400,
                    "of the form",
                    server.post("/v1/models/run:predict", "application/json", wrong.getBytes(StandardCharsets.UTF_8)));
        }
        for (String wrong : List.of(
                "",
                "{}",
                "{\"inputs\": []}",
                "{\"inputs\": [{\"datatype\": \"INT8\", \"shape\": [1], \"data\": [1]}]}",
                "{\"inputs\": [{\"datatype\": \"BYTES\", \"shape\": [2], \"data\": [\"AAAA\"]}]}",
                "{\"inputs\": [{\"datatype\": \"BYTES\", \"shape\": [1]}]}",
                "{\"outputs\": [null], \"inputs\": [{\"datatype\": \"BYTES\", \"shape\": [1], \"data\": [\"AAAA\"]}]}",
                "[".repeat(100_000))) {
            assertRefused(
                    400,
                    "of the form",
                    server.post("/v2/models/run/infer", "application/json", wrong.getBytes(StandardCharsets.UTF_8)));
        }
        String shape = "{\"inputs\": [{\"datatype\": \"FP32\", \"shape\": [1,2,2,3], \"data\": [1]}]}";
        assertRefused(
                400,
                "[N,96,96,3]",
                server.post("/v2/models/run/infer", "application/json", shape.getBytes(StandardCharsets.UTF_8)));
    }

    /** Without Content-Length, the limit is noticed while the body comes. */
    @Test
    void bodiesOfUnknownLengthAreLimitedToo() throws Exception {
        try (Socket socket = server.connect()) {
            write(
                    socket,
                    "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n");
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> readAll(socket));
            String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
            for (int i = 0; i < 48 && !answer.isDone(); i++) {
                write(socket, chunk);
            }
            assertTrue(answer.join().startsWith("HTTP/1.1 413 "), answer.join());
        }
        HttpRequest.Builder photo = HttpRequest.newBuilder(server.address("/predict"))
                .header("Content-Type", PNG)
                .POST(BodyPublishers.ofInputStream(() -> {
                    try {
                        return new ByteArrayInputStream(photos.bytes(0));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }));
        photos.assertPredicted(0, json(200, server.send(photo)));
    }

    @Test
    void slowClientsAreEnded() throws Exception {
        long start = System.nanoTime();
        String healthz = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n";
        try (Socket headers = server.connect();
                Socket body = server.connect();
                Socket kept = server.connect()) {
            kept.getOutputStream().write((healthz + "\r\n").getBytes(StandardCharsets.US_ASCII));
            OutputStream trickle = body.getOutputStream();
            trickle.write(
                    "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 1000\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            headers.getOutputStream().write((healthz + "\r\n" + healthz).getBytes(StandardCharsets.US_ASCII));
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> readAll(body));
            CompletableFuture<String> closed = CompletableFuture.supplyAsync(() -> readAll(headers));
            for (int i = 0; i < 200 && !(answer.isDone() && closed.isDone()); i++) {
                Thread.sleep(50);
                write(body, "x");
                write(headers, i % 2 == 0 ? "X" : ":");
            }
            assertTrue(answer.join().startsWith("HTTP/1.1 408 "), answer.join());
            assertTrue(answer.join().contains("The request took too long to arrive."), answer.join());
            assertEquals(2, closed.join().split(" 200 ").length, closed.join());
            kept.getOutputStream().write((healthz + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            assertEquals(
                    3, readAll(kept).split(" 200 ").length, "A connection that is kept between requests is not slow");
        }
        assertTrue(System.nanoTime() - start < 8e9, "It takes the time limit of 2 seconds and not much more");
    }

    private static void write(Socket socket, String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // The server has closed it.
        }
    }

    private static String readAll(Socket socket) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(all);
        } catch (IOException e) {
            // It was reset, since not all that was sent was read.
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    @Test
    void pagesOfOtherSitesCannotUseIt() throws Exception {
        HttpResponse<String> foreign =
                server.send(server.request("/predict", PNG, photos.bytes(0)).header("Origin", "https://example.org"));
        assertEquals(
                List.of(),
                foreign.headers().map().keySet().stream()
                        .filter(name -> name.startsWith("access-control"))
                        .toList());
        // A name of another site that leads here.
        try (Socket socket = server.connect()) {
            socket.getOutputStream()
                    .write("GET /v2 HTTP/1.1\r\nHost: rebound.example.org\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = readAll(socket);
            assertTrue(answer.startsWith("HTTP/1.1 421 "), answer);
        }
        HttpResponse<String> page = server.get("/");
        String policy = page.headers().firstValue("Content-Security-Policy").orElse("");
        assertTrue(policy.contains("default-src 'none'") && !policy.contains("unsafe"), policy);
        assertEquals(
                "nosniff", page.headers().firstValue("X-Content-Type-Options").orElse(""));
        assertTrue(page.headers().firstValue("Server").isEmpty());
    }

    /** What is no HTTP is answered, or not, without a word of the machine. */
    @Test
    void brokenRequestsAreAnsweredInJson() throws Exception {
        for (String broken :
                List.of("NONSENSE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n")) {
            try (Socket socket = server.connect()) {
                socket.getOutputStream().write(broken.getBytes(StandardCharsets.US_ASCII));
                String answer = readAll(socket);
                assertTrue(answer.matches("(?s)HTTP/1.1 (400|505) .*\\{\"error\":\"[A-Za-z ]+\\.\"}"), answer);
            }
        }
    }

    @Test
    void aDecoderThatCrashesCostsNoOtherRequest() throws Exception {
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(ImageIO.read(photos.file(0).toFile()), "jpg", jpeg);
        String label = json(200, server.post("/predict", "image/jpeg", jpeg.toByteArray()))
                .at("/0/label")
                .textValue();
        ProcessHandle decoder = server.process()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains("DecoderMain"))
                .findAny()
                .orElseThrow();
        Signals.send(decoder.pid(), "SEGV");
        decoder.onExit().join();
        for (int i = 0; i < 3; i++) {
            assertEquals(
                    label,
                    json(200, server.post("/predict", "image/jpeg", jpeg.toByteArray()))
                            .at("/0/label")
                            .textValue());
        }
    }

    @Test
    void whatCannotBeServedIsSaidInOneSentence() throws Exception {
        String run = TrainedRun.shared().directory().toString();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            CliProcess.finetune("serve", run, "--port", port)
                    .run()
                    .assertRefused(8, "127.0.0.1 port " + port, "another program uses it", "--port");
        }
        CliProcess.finetune("serve", directory.resolve("none").toString(), "--port", "0")
                .call()
                .assertRefused(4, "none");
        CliProcess.finetune("serve", run, "--port", "0")
                .with("FINETUNE_JAVA_OPTS", "-Dorg.bytedeco.javacpp.maxphysicalbytes=100m")
                .run()
                .assertRefused(5, "memory");
        CliProcess.finetune("serve", run, "--host", "0.0.0.0")
                .call()
                .assertRefused(2, "--host 0.0.0.0", "--token-file", "--no-auth");
    }
}
