package org.finetune.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.finetune.hash.Sha256;
import org.finetune.model.Architecture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WeightsDownloadTest {
    private static final Architecture ARCHITECTURE = Architecture.of(0.35, 96);
    private static final String NAME = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_96_no_top.h5";
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final DownloadLimits PATIENT =
            new DownloadLimits(LONG, LONG, Duration.ofMillis(1), 3, KerasWeightsFile.MAX_BYTES);
    /** Trying again takes longer than the test may. */
    private static final DownloadLimits ONCE = new DownloadLimits(LONG, LONG, LONG, 3, KerasWeightsFile.MAX_BYTES);

    private static byte[] content;

    @TempDir
    private Path directory;

    private final List<String> events = new ArrayList<>();
    private WeightsServer server;
    private Path target;

    @BeforeAll
    static void writeWeights(@TempDir Path scratch) throws IOException {
        Path file = scratch.resolve("a.h5");
        KerasFileBuilder.of(ARCHITECTURE, KerasFileBuilder.random(ARCHITECTURE, 1))
                .write(file);
        content = Files.readAllBytes(file);
    }

    @BeforeEach
    void startServer() throws IOException {
        server = new WeightsServer(content);
        target = directory.resolve("cache").resolve("weights").resolve(NAME);
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void keepsTheFileAndItsDigest() throws Exception {
        KerasWeightsFile read = download(PATIENT);

        assertEquals(Sha256.of(content), read.sha256());
        read.weights().requireMatch(ARCHITECTURE.base());
        assertArrayEquals(content, Files.readAllBytes(target));
        assertEquals(read.sha256() + "  " + NAME + "\n", Files.readString(DigestFile.of(target)));
        assertEquals(List.of("GET /weights/" + NAME), server.requests);
        assertEquals(List.of(NAME, NAME + ".sha256"), names());
        assertEquals("started " + NAME + " " + content.length, events.get(0));
        assertEquals("progress " + content.length, events.get(events.size() - 2));
        assertEquals("ended true", events.get(events.size() - 1));
    }

    @Test
    void saysWhetherTheServerCanBeAskedForFiles() {
        WeightsDownload official = new WeightsDownload(
                server.location(), ProxySelector.of(null), DownloadLimits.TRY, new DownloadListener() {});
        server.then(WeightsServer.status(200)).then(WeightsServer.status(403));
        assertEquals("", official.obstacle());
        assertTrue(official.obstacle().endsWith("with status 403"));
        assertTrue(server.requests.get(0).startsWith("HEAD "), server.requests.toString());
        server.close();
        assertTrue(official.obstacle().startsWith("localhost cannot be reached: "));
    }

    @Test
    void goesOnWhereTheConnectionBroke() throws Exception {
        server.then(server.broken(WeightsServer.ENTITY_TAG));

        download(PATIENT);

        assertArrayEquals(content, Files.readAllBytes(target));
        assertResumed();
        assertEquals(
                1, events.stream().filter(event -> event.startsWith("started")).count());
    }

    @Test
    void goesOnAfterAStall() throws Exception {
        server.then(server.stalling());

        download(new DownloadLimits(LONG, Duration.ofSeconds(2), Duration.ofMillis(1), 3, KerasWeightsFile.MAX_BYTES));

        assertArrayEquals(content, Files.readAllBytes(target));
        assertResumed();
    }

    private void assertResumed() {
        assertEquals(2, server.requests.size());
        String second = server.requests.get(1);
        assertTrue(second.matches("GET \\S+ bytes=[1-9]\\d*- " + WeightsServer.ENTITY_TAG), second);
    }

    @Test
    void startsAgainIfTheContentIsNotWhatTheServerStates() throws Exception {
        String md5 = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("MD5").digest(content));
        server.then(exchange -> {
                    exchange.getResponseHeaders().add("x-goog-hash", "crc32c=n03x6A==");
                    exchange.getResponseHeaders().add("x-goog-hash", "md5=" + md5);
                    byte[] damaged = content.clone();
                    damaged[damaged.length / 2] ^= 1;
                    exchange.sendResponseHeaders(200, damaged.length);
                    exchange.getResponseBody().write(damaged);
                })
                .then(exchange -> {
                    exchange.getResponseHeaders().add("x-goog-hash", "crc32c=n03x6A==,md5=" + md5);
                    server.whole(exchange);
                });

        download(PATIENT);

        assertArrayEquals(content, Files.readAllBytes(target));
        assertEquals(2, server.requests.size());
    }

    @Test
    void startsAgainIfTheFileHasChanged() throws Exception {
        server.then(server.broken("\"v0\""));

        download(PATIENT);

        assertArrayEquals(content, Files.readAllBytes(target));
        assertTrue(server.requests.get(1).endsWith("- \"v0\""), server.requests.get(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "W/\"v1\""})
    void startsAgainWithoutAStrongEntityTag(String entityTag) throws Exception {
        server.then(server.broken(entityTag));

        download(PATIENT);

        assertArrayEquals(content, Files.readAllBytes(target));
        assertEquals("GET /weights/" + NAME, server.requests.get(1));
    }

    @Test
    void startsAgainIfAnotherPartComes() throws Exception {
        server.then(server.broken(WeightsServer.ENTITY_TAG)).then(exchange -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 7-9/" + content.length);
            exchange.sendResponseHeaders(206, 3);
            exchange.getResponseBody().write(content, 7, 3);
        });

        download(PATIENT);

        assertArrayEquals(content, Files.readAllBytes(target));
        assertEquals("GET /weights/" + NAME, server.requests.get(2));
    }

    @Test
    void goesOnAfterABusyServer() throws Exception {
        server.then(server.broken(WeightsServer.ENTITY_TAG)).then(WeightsServer.status(503));

        download(PATIENT);

        assertArrayEquals(content, Files.readAllBytes(target));
        assertTrue(server.requests.get(2).contains("bytes="), server.requests.get(2));
    }

    @Test
    void givesUpAfterThreeTries() throws IOException {
        for (int i = 0; i < 4; i++) {
            server.then(WeightsServer.status(503));
        }
        assertFails(PATIENT, "status 503");
        assertEquals(3, server.requests.size());
    }

    @Test
    void givesUpOnASilentServer() throws IOException {
        for (int i = 0; i < 3; i++) {
            server.then(server.silent());
        }
        DownloadLimits limits =
                new DownloadLimits(LONG, Duration.ofMillis(300), Duration.ofMillis(1), 3, KerasWeightsFile.MAX_BYTES);
        assertFails(limits, "has not answered");
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404})
    void asksOnlyOnceForWhatIsNotThere(int status) throws IOException {
        server.then(WeightsServer.status(status));
        assertFails(ONCE, "status " + status);
        assertEquals(1, server.requests.size());
        assertEquals(List.of(), events);
    }

    @Test
    void refusesWhatIsSaidToBeTooLarge() throws IOException {
        assertFails(new DownloadLimits(LONG, LONG, LONG, 3, content.length - 1), "is larger than");
        assertEquals(List.of(), events);
    }

    @Test
    void refusesWhatTurnsOutToBeTooLarge() throws IOException {
        server.then(WeightsServer.chunked(content));
        assertFails(new DownloadLimits(LONG, LONG, LONG, 3, content.length - 1), "is larger than");
        assertEquals("started " + NAME + " -1", events.get(0));
        assertEquals("ended false", events.get(events.size() - 1));
    }

    @Test
    void refusesWhatAreNoWeights() throws IOException {
        server.then(WeightsServer.chunked("<html>Please log in</html>".getBytes(StandardCharsets.UTF_8)));
        assertFails(ONCE, "not weights for this network");
        assertEquals(1, server.requests.size());
    }

    @Test
    void keepsTheFileThatIsThereIfItFails() throws IOException {
        Files.createDirectories(target.getParent());
        Files.writeString(target, "old");
        server.then(WeightsServer.chunked(new byte[9]));

        assertThrows(DownloadException.class, () -> download(ONCE));

        assertEquals(List.of(NAME), names());
        assertEquals("old", Files.readString(target));
    }

    @Test
    void failsAtOnceWhereNobodyListens() throws IOException {
        server.close();
        assertFails(ONCE, "localhost cannot be reached");
    }

    @Test
    void saysIfTheCacheCannotBeWritten() throws IOException {
        Path file = Files.createFile(directory.resolve("cache"));
        DownloadException e = assertThrows(DownloadException.class, () -> download(PATIENT));
        assertTrue(e.getMessage().contains(file + "/weights cannot be written"), e.getMessage());
        assertEquals(List.of(), server.requests);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https_proxy", "HTTPS_PROXY"})
    void goesThroughTheProxyOfTheEnvironment(String variable) throws Exception {
        ProxySelector proxies =
                ProxySettings.select(new Properties(), Map.of(variable, "http://localhost:" + server.port() + "/"));

        download(URI.create("http://weights.invalid/"), proxies, PATIENT);

        assertArrayEquals(content, Files.readAllBytes(target));
        assertEquals(List.of("GET http://weights.invalid/" + NAME), server.requests);
    }

    @Test
    void settingsOfTheJvmComeBeforeTheEnvironment() {
        Properties properties = new Properties();
        properties.setProperty("https.proxyHost", "proxy");
        Map<String, String> environment = Map.of("https_proxy", "localhost:1");
        assertEquals(ProxySelector.getDefault(), ProxySettings.select(properties, environment));
        assertFalse(ProxySelector.getDefault().equals(ProxySettings.select(new Properties(), environment)));
        assertEquals(ProxySelector.getDefault(), ProxySettings.select(new Properties(), Map.of("https_proxy", "//?")));
    }

    private void assertFails(DownloadLimits limits, String reason) throws IOException {
        DownloadException e = assertThrows(DownloadException.class, () -> download(limits));
        assertTrue(e.getMessage().contains(reason), e.getMessage());
        assertEquals(List.of(), names());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(target.getParent())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private KerasWeightsFile download(DownloadLimits limits) throws DownloadException {
        return download(server.location(), ProxySelector.of(null), limits);
    }

    private KerasWeightsFile download(URI location, ProxySelector proxies, DownloadLimits limits)
            throws DownloadException {
        return new WeightsDownload(location, proxies, limits, new Recorder()).download(target, ARCHITECTURE);
    }

    private final class Recorder implements DownloadListener {
        @Override
        public void downloadStarted(String file, long bytes) {
            events.add("started " + file + " " + bytes);
        }

        @Override
        public void downloadProgress(long bytes) {
            events.add("progress " + bytes);
        }

        @Override
        public void downloadEnded(boolean whole) {
            events.add("ended " + whole);
        }
    }
}
