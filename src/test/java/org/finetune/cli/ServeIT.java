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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.FloatPointer;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.decode.View;
import org.finetune.testing.Browser;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What one {@code finetune serve} answers, by each protocol and on its page. */
class ServeIT {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots", "serve");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SIZE = 96;
    private static final String PNG = "image/png";

    private static ServeProcess server;
    private static PredictedPhotos photos;

    @BeforeAll
    static void startServer() throws Exception {
        TrainedRun run = TrainedRun.shared();
        server = ServeProcess.start(run.directory(), "--access-log", "json");
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

    @Test
    void predictAgreesWithTheCommand() throws Exception {
        for (int i = 0; i < photos.count(); i++) {
            JsonNode all = json(200, server.post("/predict", PNG, photos.bytes(i)));
            assertEquals(3, all.size());
            photos.assertPredicted(i, all);
        }
        JsonNode first = json(200, server.post("/predict?top=1", "application/octet-stream", photos.bytes(0)));
        assertEquals(1, first.size());
        assertEquals(List.of("label", "score"), List.copyOf(names(first.get(0))));
        JsonNode named = json(200, server.post("/predict?top=2&model=run", PNG, photos.bytes(0)));
        assertEquals(2, named.size());
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void formsHaveOneOrManyImagesAndTheGoodOnesAreAnswered() throws Exception {
        photos.assertPredicted(1, json(200, server.postForm("/predict", List.of(photos.bytes(1)))));
        byte[] cut = Arrays.copyOf(photos.bytes(0), 300);
        JsonNode mixed = json(200, server.postForm("/predict", List.of(photos.bytes(0), cut, photos.bytes(2))));
        assertEquals(3, mixed.size());
        photos.assertPredicted(0, mixed.get(0));
        assertEquals(400, mixed.get(1).get("status").intValue());
        assertEquals(
                "The image cannot be used: truncated PNG.",
                mixed.get(1).get("error").textValue());
        photos.assertPredicted(2, mixed.get(2));
        assertEquals(
                2, json(400, server.postForm("/predict", List.of(cut, cut))).size());
    }

    @Test
    void explainAddsTheMapOfTheFirstClass() throws Exception {
        JsonNode classes = json(200, server.post("/predict?top=2&explain=true", PNG, photos.bytes(1)));
        photos.assertPredicted(1, classes);
        byte[] map = Base64.getDecoder().decode(classes.get(0).get("map").textValue());
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(map));
        BufferedImage original = ImageIO.read(photos.file(1).toFile());
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
        photos.assertProbabilities(0, answer.at("/outputs/0/data"), 0);
        photos.assertProbabilities(2, answer.at("/outputs/0/data"), 3);
        assertEquals(
                photos.classes(2).get(0), answer.at("/outputs/1/data").get(1).textValue());

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
        photos.assertProbabilities(1, answer.at("/outputs/0/data"), 0);
    }

    /** The tensor extension of the protocol: its elements follow the JSON. */
    @Test
    void kserveTakesBinaryTensors() throws Exception {
        byte[] file = photos.bytes(1);
        ByteBuffer files = ByteBuffer.allocate(4 + file.length).order(ByteOrder.LITTLE_ENDIAN);
        files.putInt(file.length).put(file);
        photos.assertProbabilities(
                1, inferBinary("BYTES", List.of(1), files.array()).at("/outputs/0/data"), 0);
        float[] values = pixels(1);
        ByteBuffer floats = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        floats.asFloatBuffer().put(values);
        photos.assertProbabilities(
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
        return Base64.getEncoder().encodeToString(photos.bytes(photo));
    }

    private static float[] pixels(int photo) throws Exception {
        float[] values = new float[3 * SIZE * SIZE];
        try (FloatPointer pointer = new FloatPointer(values.length)) {
            new ImageDecoder(new Preprocessing(SIZE), 1 << 20)
                    .decode(photos.bytes(photo), List.of(View.PLAIN), pointer);
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
        photos.assertProbabilities(0, answer.at("/predictions/0"), 0);
        photos.assertProbabilities(1, answer.at("/predictions/1"), 0);
    }

    @Test
    void requestsAtTheSameTimeAreAllAnswered() throws Exception {
        List<CompletableFuture<JsonNode>> answers = IntStream.range(0, 24)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return json(200, server.post("/predict", PNG, photos.bytes(i % 3)));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();
        for (int i = 0; i < answers.size(); i++) {
            photos.assertPredicted(i % 3, answers.get(i).join());
        }
    }

    @Test
    void metricsAndLogTellOfRequests() throws Exception {
        assertEquals("ok\n", server.get("/healthz").body());
        json(200, server.post("/predict", PNG, photos.bytes(0)));
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
            assertEquals(photos.classes(1), labels);
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
}
