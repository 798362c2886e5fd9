package org.finetune.cli;

import static org.finetune.cli.ServeProcess.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.finetune.testing.PhotoFolder;
import org.finetune.testing.Signals;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers whose models change, that are put under load, and that end. */
class ServeReloadIT {
    private static final String PNG = "image/png";
    private static final String JPEG = "image/jpeg";

    @TempDir
    private Path directory;

    private Path run;
    private byte[] photo;

    @BeforeEach
    void copyRun() throws Exception {
        TrainedRun trained = TrainedRun.shared();
        run = Files.createDirectory(directory.resolve("shapes"));
        try (Stream<Path> files = Files.list(trained.directory())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, run.resolve(file.getFileName()));
            }
        }
        photo = Files.readAllBytes(
                trained.photos().resolve(PhotoFolder.CLASSES.get(0)).resolve("photo0.png"));
    }

    /** Asks a server all the time, from several threads, each with a connection of its own. */
    private static final class Clients {
        private final ServeProcess server;
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicInteger answers = new AtomicInteger();
        private final List<String> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        private final List<CompletableFuture<Void>> running = new ArrayList<>();

        Clients(ServeProcess server) {
            this.server = server;
        }

        /** Something that asks once. */
        interface Call {
            void run(KeptConnection connection, Random random) throws Exception;
        }

        void start(int clients, Call call) {
            for (int client = 0; client < clients; client++) {
                Random random = new Random(client);
                running.add(CompletableFuture.runAsync(() -> ask(call, random), threads));
            }
        }

        private void ask(Call call, Random random) {
            try (KeptConnection connection = new KeptConnection(server)) {
                while (!over.get()) {
                    try {
                        call.run(connection, random);
                        answers.incrementAndGet();
                    } catch (Exception | AssertionError e) {
                        failures.add(e.toString());
                        connection.close();
                    }
                }
            }
        }

        void stop() {
            over.set(true);
            running.forEach(CompletableFuture::join);
            threads.shutdown();
        }
    }

    @Test
    void reloadingLosesNoRequestAndADamagedModelChangesNothing() throws Exception {
        try (ServeProcess server = ServeProcess.start(run, "--watch", "--access-log", "none")) {
            Clients clients = new Clients(server);
            clients.start(3, (connection, random) -> json(200, connection.post("/predict?top=1", PNG, photo)));
            rename("checks=tiles");
            server.awaitError(line -> line.equals("Reloaded shapes"));
            assertEquals("tiles", label(server));
            byte[] model = Files.readAllBytes(run.resolve("model.zip"));
            replace(Arrays.copyOf(model, model.length / 2));
            server.awaitError(line -> line.startsWith("warning: Still serving 'shapes' as it was."));
            assertEquals("tiles", label(server));
            replace(model);
            rename("tiles=boards");
            await(() -> label(server).equals("boards"));
            Signals.send(server.process().pid(), "HUP");
            await(() ->
                    server.errors().stream().filter("Reloaded shapes"::equals).count() >= 3);
            clients.stop();
            assertEquals(List.of(), clients.failures);
            assertTrue(clients.answers.get() > 20, clients.answers + " answers");
            String version =
                    json(200, server.get("/v2/models/shapes")).at("/versions/0").textValue();
            assertTrue(Integer.parseInt(version) >= 4, version);
            assertEquals(0, server.terminate());
        }
    }

    private String label(ServeProcess server) throws Exception {
        return json(200, server.post("/predict?top=1", PNG, photo))
                .at("/0/label")
                .textValue();
    }

    private void rename(String names) throws Exception {
        assertEquals(
                0, CliProcess.finetune("rename", run.toString(), names).run().exitCode());
    }

    /** Puts another model in place of the one that is there, as a whole. */
    private void replace(byte[] model) throws IOException {
        Path file = Files.write(run.resolve("next"), model);
        Files.move(file, run.resolve("model.zip"), StandardCopyOption.ATOMIC_MOVE);
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < end, "It has not come about");
            Thread.sleep(20);
        }
    }

    /** Photos that are good and bad, connections that are cut, clients that are slow, for some seconds. */
    @Test
    void loadLeavesNothingBehindAndAFullQueueSaysSo() throws Exception {
        int seconds = Integer.getInteger("finetune.load.seconds", 8);
        // A large heap grows by itself.
        try (ServeProcess server = ServeProcess.startWith(
                "-Xmx96m", run, "--access-log", "none", "--queue", "6", "--max-batch", "4", "--timeout", "5")) {
            byte[] jpeg = jpeg();
            Clients clients = new Clients(server);
            AtomicInteger busy = new AtomicInteger();
            clients.start(8, (connection, random) -> {
                KeptConnection.Answer answer = random.nextBoolean()
                        ? connection.post("/predict", PNG, photo)
                        : connection.post("/predict", JPEG, jpeg);
                if (answer.status() == 503) {
                    assertEquals("1", answer.headers().get("retry-after"));
                    busy.incrementAndGet();
                } else {
                    json(200, answer);
                }
            });
            clients.start(2, (connection, random) -> {
                int status = random.nextBoolean()
                        ? connection.post("/predict", PNG, half(photo)).status()
                        : connection.post("/predict", JPEG, half(jpeg)).status();
                assertTrue(status == 400 || status == 503, "status " + status);
            });
            clients.start(2, (connection, random) -> cutOff(server, random));
            clients.start(2, (connection, random) -> beSlow(server));
            Thread.sleep(seconds * 300L);
            Map<String, Long> before = figures(server);
            Thread.sleep(seconds * 700L);
            clients.stop();
            await(() -> figures(server).get("finetune_queue_images") == 0);
            // Connections that were cut are noticed a little later.
            await(() -> figures(server).get("process_open_fds") <= before.get("process_open_fds"));
            Map<String, Long> after = figures(server);
            assertEquals(List.of(), clients.failures);
            assertTrue(busy.get() > 0, "The queue was never full");
            long grown = after.get("process_resident_memory_bytes") - before.get("process_resident_memory_bytes");
            assertTrue(grown < 80L << 20, "The memory has grown by " + (grown >> 20) + " MiB");
            assertEquals(
                    List.of(),
                    server.errors().stream()
                            .filter(line -> !line.startsWith("Serving "))
                            .toList());
            assertEquals(0, server.terminate());
        }
    }

    /** The photo as a file that another process decodes. */
    private byte[] jpeg() throws IOException {
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(ImageIO.read(new ByteArrayInputStream(photo)), "jpg", jpeg);
        return jpeg.toByteArray();
    }

    private static byte[] half(byte[] file) {
        return Arrays.copyOf(file, file.length / 2);
    }

    private void cutOff(ServeProcess server, Random random) throws Exception {
        try (Socket socket = server.connect()) {
            socket.setSoLinger(random.nextBoolean(), 0);
            OutputStream out = socket.getOutputStream();
            out.write(("POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: "
                            + photo.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(photo, 0, random.nextInt(photo.length + 1));
            out.flush();
            Thread.sleep(random.nextInt(20));
        }
    }

    private static void beSlow(ServeProcess server) throws Exception {
        try (Socket socket = server.connect()) {
            socket.getOutputStream()
                    .write(
                            "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 99\r\n\r\nx"
                                    .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
        }
    }

    private static Map<String, Long> figures(ServeProcess server) throws Exception {
        Map<String, Long> figures = new TreeMap<>();
        Matcher lines = Pattern.compile("(?m)^([a-z_]+) ([0-9.E+]+)$").matcher(server.getAlone("/metrics"));
        while (lines.find()) {
            figures.put(lines.group(1), (long) Double.parseDouble(lines.group(2)));
        }
        return figures;
    }

    @Test
    void tokenIsAskedForAndSigtermAnswersWhatIsUnderWay() throws Exception {
        Path token = Files.writeString(directory.resolve("token"), "s3cret\n");
        try (ServeProcess server = ServeProcess.start(
                run, "--token-file", token.toString(), "--cors", "https://example.org", "--max-batch", "2")) {
            JsonNode refused = json(401, server.post("/predict", PNG, photo));
            assertTrue(refused.get("error").textValue().contains("Authorization: Bearer"), refused.toString());
            assertEquals(401, server.get("/metrics").statusCode());
            for (String open : List.of("/", "/page.js", "/healthz", "/v2/health/ready")) {
                assertEquals(200, server.get(open).statusCode(), open);
            }
            HttpRequest.Builder wrong = server.request("/predict", PNG, photo).header("Authorization", "Bearer other");
            assertEquals(401, server.send(wrong).statusCode());
            HttpResponse<String> allowed = server.send(authorized(server).header("Origin", "https://example.org"));
            json(200, allowed);
            assertEquals(
                    "https://example.org",
                    allowed.headers().firstValue("Access-Control-Allow-Origin").orElse(""));

            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            ExecutorService threads = Executors.newFixedThreadPool(30);
            for (int i = 0; i < 30; i++) {
                answers.add(CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return server.send(authorized(server)).statusCode();
                            } catch (IOException | InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        threads));
            }
            CompletableFuture.anyOf(answers.toArray(CompletableFuture[]::new)).join();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(12);
            assertEquals(0, server.terminate());
            assertTrue(System.nanoTime() < end, "It ends within its grace of 10 seconds");
            for (CompletableFuture<Integer> answer : answers) {
                assertEquals(200, answer.join());
            }
            threads.shutdown();
            assertEquals(
                    List.of(),
                    server.errors().stream()
                            .filter(line -> line.contains("cut off"))
                            .toList());
        }
    }

    private HttpRequest.Builder authorized(ServeProcess server) {
        return server.request("/predict", PNG, photo).header("Authorization", "Bearer s3cret");
    }
}
