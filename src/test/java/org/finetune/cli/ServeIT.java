package org.finetune.cli;

import static org.finetune.cli.ServeProcess.json;
import static org.finetune.cli.ServeProcess.toJson;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.FloatPointer;
import org.finetune.cli.CliProcess.Result;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.decode.View;
import org.finetune.testing.Browser;
import org.finetune.testing.PhotoFolder;
import org.finetune.testing.Signals;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests of all kinds to one {@code finetune serve}. */
class ServeIT {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots", "serve");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SIZE = 96;
    private static final double TOLERANCE = 1e-5;
    private static final int MOST_PIXELS = 400_000;
    private static final String PNG = "image/png";

    @TempDir
    private static Path directory;

    private static ServeProcess server;
    private static List<Path> photos;
    /** What the command predict says about each photo: all classes, the most probable first. */
    private static List<JsonNode> predicted;

    @BeforeAll
    static void startServer() throws Exception {
        TrainedRun trained = TrainedRun.shared();
        photos = PhotoFolder.CLASSES.stream()
                .map(name -> trained.photos().resolve(name).resolve("photo0.png"))
                .toList();
        server = ServeProcess.start(
                trained.directory(),
                "--access-log",
                "json",
                "--max-body",
                "2",
                "--max-pixels",
                Integer.toString(MOST_PIXELS),
                "--timeout",
                "2",
                "--queue",
                "40");
        Result result = CliProcess.finetune(
                        "predict",
                        trained.directory().toString(),
                        photos.get(0).toString(),
                        photos.get(1).toString(),
                        photos.get(2).toString(),
                        "--top",
                        "3",
                        "--format",
                        "jsonl")
                .run();
        assertEquals(0, result.exitCode(), result.err());
        predicted = result.out().lines().map(ServeIT::classes).toList();
    }

    private static JsonNode classes(String line) {
        try {
            return JSON.readTree(line).get("classes");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (server != null) {
            try (ServeProcess ending = server) {
                assertEquals(0, ending.terminate(), ending.errors().toString());
            }
        }
    }

    private static byte[] photo(int index) throws Exception {
        return Files.readAllBytes(photos.get(index));
    }

    /** An answer of /predict is what the command says. */
    private static void assertPredicted(int photo, JsonNode answer) {
        JsonNode expected = predicted.get(photo);
        for (int rank = 0; rank < answer.size(); rank++) {
            assertEquals(
                    expected.get(rank).get("class").textValue(),
                    answer.get(rank).get("label").textValue());
            assertEquals(
                    expected.get(rank).get("probability").doubleValue(),
                    answer.get(rank).get("score").doubleValue(),
                    TOLERANCE);
        }
    }

    /** The probabilities of a photo in the order of the labels, which is alphabetical. */
    private static double[] probabilities(int photo) {
        double[] probabilities = new double[PhotoFolder.CLASSES.size()];
        for (JsonNode candidate : predicted.get(photo)) {
            probabilities[PhotoFolder.CLASSES.indexOf(candidate.get("class").textValue())] =
                    candidate.get("probability").doubleValue();
        }
        return probabilities;
    }

    private static void assertProbabilities(int photo, JsonNode values, int first) {
        double[] expected = probabilities(photo);
        for (int label = 0; label < expected.length; label++) {
            assertEquals(expected[label], values.get(first + label).doubleValue(), TOLERANCE);
        }
    }

    private static void assertRefused(int status, String part, HttpResponse<String> response) throws Exception {
        String error = json(status, response).get("error").textValue();
        assertTrue(error.contains(part), error);
        assertTrue(error.endsWith("."), error);
        assertFalse(response.body().contains(directory.getParent().toString()), response.body());
    }

    @Test
    void predictAgreesWithTheCommand() throws Exception {
        for (int i = 0; i < photos.size(); i++) {
            JsonNode all = json(200, server.post("/predict", PNG, photo(i)));
            assertEquals(3, all.size());
            assertPredicted(i, all);
        }
        JsonNode first = json(200, server.post("/predict?top=1", "application/octet-stream", photo(0)));
        assertEquals(1, first.size());
        assertEquals(List.of("label", "score"), List.copyOf(names(first.get(0))));
        JsonNode named = json(200, server.post("/predict?top=2&model=run", PNG, photo(0)));
        assertEquals(2, named.size());
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new java.util.ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void formsHaveOneOrManyImagesAndTheGoodOnesAreAnswered() throws Exception {
        assertPredicted(1, json(200, server.postForm("/predict", List.of(photo(1)))));
        byte[] cut = Arrays.copyOf(photo(0), 300);
        JsonNode mixed = json(200, server.postForm("/predict", List.of(photo(0), cut, photo(2))));
        assertEquals(3, mixed.size());
        assertPredicted(0, mixed.get(0));
        assertEquals(400, mixed.get(1).get("status").intValue());
        assertEquals(
                "The image cannot be used: truncated PNG.",
                mixed.get(1).get("error").textValue());
        assertPredicted(2, mixed.get(2));
        assertEquals(
                2, json(400, server.postForm("/predict", List.of(cut, cut))).size());
        assertRefused(400, "has no files", server.postForm("/predict", List.of()));
        assertRefused(400, "cannot be read", server.post("/predict", "multipart/form-data; boundary=x", photo(0)));
    }

    @Test
    void explainAddsTheMapOfTheFirstClass() throws Exception {
        JsonNode classes = json(200, server.post("/predict?top=2&explain=true", PNG, photo(1)));
        assertPredicted(1, classes);
        byte[] map = Base64.getDecoder().decode(classes.get(0).get("map").textValue());
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(map));
        BufferedImage original = ImageIO.read(photos.get(1).toFile());
        assertEquals(original.getWidth(), image.getWidth());
        assertEquals(original.getHeight(), image.getHeight());
        assertFalse(classes.get(1).has("map"));
    }

    @Test
    void kserveTakesImagesAndPixels() throws Exception {
        assertTrue(json(200, server.get("/v2/health/live")).get("live").booleanValue());
        assertTrue(json(200, server.get("/v2/health/ready")).get("ready").booleanValue());
        assertEquals("finetune", json(200, server.get("/v2")).get("name").textValue());
        JsonNode metadata = json(200, server.get("/v2/models/run"));
        assertEquals("run", metadata.get("name").textValue());
        assertEquals(PhotoFolder.CLASSES, JSON.convertValue(metadata.at("/parameters/labels"), List.class));
        assertTrue(json(200, server.get("/v2/models/run/ready")).get("ready").booleanValue());

        Map<String, Object> images = Map.of(
                "name", "image", "datatype", "BYTES", "shape", List.of(2), "data", List.of(base64(0), base64(2)));
        JsonNode answer = json(
                200,
                server.post(
                        "/v2/models/run/infer",
                        "application/json",
                        toJson(Map.of("id", "42", "inputs", List.of(images)))));
        assertEquals("42", answer.get("id").textValue());
        assertEquals("[2,3]", answer.at("/outputs/0/shape").toString());
        assertProbabilities(0, answer.at("/outputs/0/data"), 0);
        assertProbabilities(2, answer.at("/outputs/0/data"), 3);
        assertEquals(
                predicted.get(2).get(0).get("class"),
                answer.at("/outputs/1/data").get(1));

        Map<String, Object> pixels =
                Map.of("name", "pixels", "datatype", "FP32", "shape", List.of(1, SIZE, SIZE, 3), "data", pixels(1));
        answer = json(
                200,
                server.post(
                        "/v2/models/run/infer",
                        "application/json",
                        toJson(Map.of(
                                "inputs", List.of(pixels), "outputs", List.of(Map.of("name", "probabilities"))))));
        assertEquals(1, answer.get("outputs").size());
        assertProbabilities(1, answer.at("/outputs/0/data"), 0);
    }

    /** The tensor extension of the protocol: its elements follow the JSON. */
    @Test
    void kserveTakesBinaryTensors() throws Exception {
        byte[] file = photo(1);
        ByteBuffer files = ByteBuffer.allocate(4 + file.length).order(ByteOrder.LITTLE_ENDIAN);
        files.putInt(file.length).put(file);
        assertProbabilities(1, inferBinary("BYTES", List.of(1), files.array()).at("/outputs/0/data"), 0);
        float[] values = pixels(1);
        ByteBuffer floats = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        floats.asFloatBuffer().put(values);
        assertProbabilities(
                1,
                inferBinary("FP32", List.of(1, SIZE, SIZE, 3), floats.array()).at("/outputs/0/data"),
                0);
    }

    private static JsonNode inferBinary(String datatype, List<Integer> shape, byte[] data) throws Exception {
        byte[] header = toJson(Map.of(
                "inputs",
                List.of(Map.of(
                        "name",
                        "image",
                        "datatype",
                        datatype,
                        "shape",
                        shape,
                        "parameters",
                        Map.of("binary_data_size", data.length)))));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(header);
        body.writeBytes(data);
        return json(
                200,
                server.send(server.request("/v2/models/run/infer", "application/octet-stream", body.toByteArray())
                        .header("Inference-Header-Content-Length", Integer.toString(header.length))));
    }

    private static String base64(int photo) throws Exception {
        return Base64.getEncoder().encodeToString(photo(photo));
    }

    private static float[] pixels(int photo) throws Exception {
        float[] values = new float[3 * SIZE * SIZE];
        try (FloatPointer pointer = new FloatPointer(values.length)) {
            new ImageDecoder(new Preprocessing(SIZE), MOST_PIXELS).decode(photo(photo), List.of(View.PLAIN), pointer);
            pointer.get(values);
        }
        return values;
    }

    @Test
    void tensorFlowServingTakesImagesInBase64() throws Exception {
        assertEquals(
                "AVAILABLE",
                json(200, server.get("/v1/models/run"))
                        .at("/model_version_status/0/state")
                        .textValue());
        assertEquals(
                PhotoFolder.CLASSES,
                JSON.convertValue(
                        json(200, server.get("/v1/models/run/metadata")).at("/metadata/labels"), List.class));
        Map<String, Object> instance = Map.of("b64", base64(0));
        Map<String, Object> named = Map.of("image_bytes", Map.of("b64", base64(1)));
        JsonNode answer = json(
                200,
                server.post(
                        "/v1/models/run:predict",
                        "application/json",
                        toJson(Map.of("signature_name", "x", "instances", List.of(instance, named)))));
        assertProbabilities(0, answer.at("/predictions/0"), 0);
        assertProbabilities(1, answer.at("/predictions/1"), 0);
    }

    @Test
    void whatCannotBeAnsweredHasAStatusAndASentence() throws Exception {
        assertRefused(400, "The image cannot be used: ", server.post("/predict", PNG, new byte[] {1, 2, 3}));
        assertRefused(400, "The request has no image", server.post("/predict", PNG, new byte[0]));
        assertRefused(415, "Content-Type", server.post("/predict", "text/plain", photo(0)));
        assertRefused(400, "top must be", server.post("/predict?top=0", PNG, photo(0)));
        assertRefused(400, "explain must be", server.post("/predict?explain=yes", PNG, photo(0)));
        assertRefused(404, "the server has run", server.post("/predict?model=other", PNG, photo(0)));
        assertRefused(404, "nothing at this path", server.get("/nothing"));
        assertRefused(404, "nothing at this path", server.get("/v2/models/run/../../../etc/passwd/x"));
        assertRefused(405, "wants the method POST", server.get("/predict"));
        assertRefused(413, "2097152 bytes", server.post("/predict", PNG, new byte[3 << 20]));
        ByteArrayOutputStream large = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(700, 700, BufferedImage.TYPE_INT_RGB), "png", large);
        assertRefused(413, "700 x 700 pixels", server.post("/predict", PNG, large.toByteArray()));
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
        HttpRequest.Builder request = HttpRequest.newBuilder(server.address("/predict"))
                .header("Content-Type", PNG)
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[3 << 20])));
        try {
            assertEquals(413, server.send(request).statusCode());
        } catch (java.io.IOException e) {
            // The server closes the connection while the client still writes.
            assertTrue(server.process().isAlive());
        }
        HttpRequest.Builder photo = HttpRequest.newBuilder(server.address("/predict"))
                .header("Content-Type", PNG)
                .POST(BodyPublishers.ofInputStream(() -> {
                    try {
                        return new ByteArrayInputStream(photo(0));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }));
        assertPredicted(0, json(200, server.send(photo)));
    }

    @Test
    void slowClientsAreEnded() throws Exception {
        long start = System.nanoTime();
        try (Socket headers = server.connect();
                Socket body = server.connect()) {
            OutputStream trickle = body.getOutputStream();
            trickle.write(
                    "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 1000\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            headers.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> readAll(body));
            CompletableFuture<String> closed = CompletableFuture.supplyAsync(() -> readAll(headers));
            for (int i = 0; i < 200 && !(answer.isDone() && closed.isDone()); i++) {
                Thread.sleep(50);
                write(body, 'x');
                write(headers, i % 2 == 0 ? 'X' : ':');
            }
            assertTrue(answer.join().startsWith("HTTP/1.1 408 "), answer.join());
            assertTrue(answer.join().contains("The request took too long to arrive."), answer.join());
            assertFalse(closed.join().contains(" 200 "), closed.join());
        }
        assertTrue(System.nanoTime() - start < 8e9, "It takes the time limit of 2 seconds and not much more");
    }

    private static void write(Socket socket, int value) {
        try {
            socket.getOutputStream().write(value);
        } catch (java.io.IOException e) {
            // The server has closed it.
        }
    }

    private static String readAll(Socket socket) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(all);
        } catch (java.io.IOException e) {
            // It was reset, since not all that was sent was read.
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    @Test
    void pagesOfOtherSitesCannotUseIt() throws Exception {
        HttpResponse<String> foreign =
                server.send(server.request("/predict", PNG, photo(0)).header("Origin", "https://example.org"));
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
    void requestsAtTheSameTimeAreAllAnswered() throws Exception {
        List<CompletableFuture<JsonNode>> answers = java.util.stream.IntStream.range(0, 24)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return json(200, server.post("/predict", PNG, photo(i % 3)));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();
        for (int i = 0; i < answers.size(); i++) {
            assertPredicted(i % 3, answers.get(i).join());
        }
        assertRefused(413, "41 images", server.postForm("/predict", java.util.Collections.nCopies(41, new byte[] {1})));
    }

    @Test
    void aDecoderThatCrashesCostsNoOtherRequest() throws Exception {
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(ImageIO.read(photos.get(0).toFile()), "jpg", jpeg);
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
    void metricsAndLogTellOfRequests() throws Exception {
        assertEquals("ok\n", server.get("/healthz").body());
        json(200, server.post("/predict", PNG, photo(0)));
        json(400, server.post("/predict?secret=1", PNG, new byte[] {1}));
        JsonNode line = JSON.readTree(server.awaitLog(text -> text.contains("\"path\":\"/predict\",\"status\":200")));
        assertEquals("127.0.0.1", line.get("client").textValue());
        assertEquals("POST", line.get("method").textValue());
        assertTrue(line.get("bytes_in").intValue() > 0 && line.get("bytes_out").intValue() > 0, line.toString());
        assertTrue(line.get("ms").doubleValue() > 0, line.toString());
        String metrics = server.get("/metrics").body();
        for (String part : List.of(
                "finetune_http_requests_total{route=\"/predict\",status=\"200\"}",
                "finetune_http_requests_total{route=\"/predict\",status=\"400\"}",
                "finetune_http_request_duration_seconds_bucket{route=\"/predict\",le=\"",
                "finetune_batch_images_count{model=\"run\"}",
                "finetune_decode_duration_seconds_count{model=\"run\"}",
                "finetune_compute_duration_seconds_count{model=\"run\"}",
                "finetune_bad_images_total{model=\"run\"}",
                "finetune_queue_images 0",
                "process_open_fds",
                "process_resident_memory_bytes")) {
            assertTrue(metrics.contains(part), part + " is not in " + metrics);
        }
        checkWithPromtool(metrics);
    }

    private static void checkWithPromtool(String metrics) throws Exception {
        String promtool = System.getenv().getOrDefault("PROMTOOL", "/usr/bin/promtool");
        assumeTrue(Files.isExecutable(Path.of(promtool)), "Skipped: Debian's package prometheus is not installed");
        Process check = new ProcessBuilder(promtool, "check", "metrics")
                .redirectErrorStream(true)
                .start();
        try (OutputStream in = check.getOutputStream()) {
            in.write(metrics.getBytes(StandardCharsets.UTF_8));
        }
        String problems = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, check.waitFor(), problems);
        assertEquals("", problems);
    }

    @Test
    void pageClassifiesWhatIsDroppedAndWhatTheCameraSees() throws Exception {
        try (Browser page = Browser.start()) {
            page.resize(900, 900);
            page.setColorScheme("light");
            page.open(server.address("/"));
            Object light = page.run("return getComputedStyle(document.body).backgroundColor");
            page.runAsync("const done = arguments[arguments.length - 1];"
                    + "const bytes = Uint8Array.from(atob('" + base64(1) + "'), c => c.charCodeAt(0));"
                    + "const transfer = new DataTransfer();"
                    + "transfer.items.add(new File([bytes], 'photo.png', { type: 'image/png' }));"
                    + "document.getElementById('drop').dispatchEvent("
                    + "new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }));"
                    + awaitResult());
            List<?> labels =
                    (List<?>) page.run("return [...document.querySelectorAll('#classes th')].map(e => e.textContent)");
            assertEquals(
                    List.of(
                            predicted.get(1).get(0).get("class").textValue(),
                            predicted.get(1).get(1).get("class").textValue(),
                            predicted.get(1).get(2).get("class").textValue()),
                    labels);
            assertEquals(true, page.run("return document.getElementById('map').naturalWidth > 0"));
            assertEquals(true, page.run("return document.getElementById('photo').naturalWidth > 0"));
            page.screenshot(SCREENSHOTS.resolve("light.png"));

            page.setColorScheme("dark");
            assertEquals("rgb(255, 255, 255)", light);
            assertEquals("rgb(27, 31, 36)", page.run("return getComputedStyle(document.body).backgroundColor"));
            page.screenshot(SCREENSHOTS.resolve("dark.png"));

            page.resize(360, 800);
            assertEquals(360L, page.run("return document.documentElement.scrollWidth"));
            page.runAsync("const done = arguments[arguments.length - 1];"
                    + "document.getElementById('result').hidden = true;"
                    + "document.getElementById('camera').click();"
                    + "const video = document.getElementById('video');"
                    + "const shoot = () => video.videoWidth > 0 ? document.getElementById('shoot').click()"
                    + " : setTimeout(shoot, 50); shoot();"
                    + awaitResult());
            assertEquals(3L, page.run("return document.querySelectorAll('#classes tr').length"));
            assertEquals("", page.run("return document.getElementById('message').textContent"));
            assertEquals(List.of(), page.console());
            for (String event : page.events()) {
                JsonNode message = JSON.readTree(event).get("message");
                if (message.get("method").textValue().equals("Network.requestWillBeSent")) {
                    String url = message.at("/params/request/url").textValue();
                    assertTrue(
                            url.startsWith(server.address("/").toString())
                                    || url.startsWith("data:")
                                    || url.startsWith("blob:"),
                            url);
                }
            }
        }
    }

    private static String awaitResult() {
        return "const look = () => !document.getElementById('result').hidden"
                + " && document.getElementById('map').complete ? done('')"
                + " : document.getElementById('message').classList.contains('wrong')"
                + " ? done(document.getElementById('message').textContent) : setTimeout(look, 50); look();";
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
                .run()
                .assertRefused(4, "none");
        CliProcess.finetune("serve", run, "--port", "0")
                .with("FINETUNE_JAVA_OPTS", "-Dorg.bytedeco.javacpp.maxphysicalbytes=100m")
                .run()
                .assertRefused(5, "memory");
        CliProcess.finetune("serve", run, "--host", "0.0.0.0")
                .run()
                .assertRefused(2, "--host 0.0.0.0", "--token-file", "--no-auth");
    }
}
