package org.finetune.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ProxySelector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.hash.Sha256;
import org.finetune.model.Architecture;
import org.finetune.model.Weights;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WeightsResolverTest {
    private static final Architecture SMALL = Architecture.of(0.35, 96);
    private static final Architecture WIDE = Architecture.of(1.0, 224);
    private static final Path BUNDLED = Path.of("models", "mobilenet_v2_nsfwjs_1.0_224_no_top.h5");
    private static final Duration LONG = Duration.ofMinutes(10);

    private static Weights weights;
    private static byte[] content;

    @TempDir
    private Path directory;

    private WeightsServer server;
    private WeightsDirectories directories;
    private Path inModels;
    private Path inCache;

    @BeforeAll
    static void writeWeights(@TempDir Path scratch) throws IOException {
        Path file = scratch.resolve("a.h5");
        weights = KerasFileBuilder.random(SMALL, 1);
        KerasFileBuilder.of(SMALL, weights).write(file);
        content = Files.readAllBytes(file);
    }

    @BeforeEach
    void startServer() throws IOException {
        server = new WeightsServer(content);
        directories =
                new WeightsDirectories(Files.createDirectory(directory.resolve("models")), directory.resolve("cache"));
        Files.copy(BUNDLED, directories.models().resolve(BUNDLED.getFileName()));
        inModels = directories.models().resolve(OfficialWeights.fileName(SMALL));
        inCache = directories.cache().resolve(OfficialWeights.fileName(SMALL));
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "0.35, 96, 0.35_96",
        "0.5, 128, 0.5_128",
        "0.75, 160, 0.75_160",
        "1.0, 192, 1.0_192",
        "1.3, 224, 1.3_224",
        "1.4, 100, 1.4_224",
        "1.0, 32, 1.0_224"
    })
    void officialFilesHaveKerassNames(double alpha, int size, String part) {
        assertEquals(
                "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_" + part + "_no_top.h5",
                OfficialWeights.fileName(Architecture.of(alpha, size)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "imagenet"})
    void downloadsOnceAndThenReadsTheCache(String setting) {
        ResolvedWeights first = resolve(setting, false, SMALL);
        ResolvedWeights second = resolve(setting, true, SMALL);

        assertEquals(1, server.requests.size());
        assertEquals("official Keras ImageNet weights, downloaded (" + inCache + ")", first.origin());
        assertEquals("official Keras ImageNet weights (" + inCache + ")", second.origin());
        for (ResolvedWeights resolved : List.of(first, second)) {
            assertEquals(inCache, resolved.file());
            assertEquals(Sha256.of(content), resolved.sha256());
            assertEquals("", resolved.warning());
            assertArrayEquals(
                    weights.get("Conv1", "kernel").values(),
                    resolved.weights().get("Conv1", "kernel").values());
        }
    }

    @Test
    void modelsDirectoryComesBeforeTheCache() throws IOException {
        Files.write(inModels, content);
        Files.createDirectory(directories.cache());
        Files.writeString(inCache, "never read");

        ResolvedWeights resolved = resolve("auto", false, SMALL);

        assertEquals(inModels, resolved.file());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void refusesAFileThatHasChanged() throws IOException {
        resolve("auto", false, SMALL);
        byte[] changed = content.clone();
        int someValue = someValue();
        changed[someValue] ^= 1;
        Files.write(inCache, changed, StandardOpenOption.TRUNCATE_EXISTING);

        FinetuneException e = assertFails("auto", false, SMALL);

        assertTrue(e.getMessage().contains(inCache + " has changed"), e.getMessage());
        assertEquals(1, server.requests.size());

        Files.delete(DigestFile.of(inCache));
        assertEquals(Sha256.of(changed), resolve("auto", true, SMALL).sha256());
    }

    /** Where the file holds some parameter's value, whose lowest bit may change without damage to the file. */
    private static int someValue() {
        float value = weights.get("Conv_1", "kernel").values()[1000];
        int bits = Float.floatToIntBits(value);
        for (int i = 0; ; i++) {
            if (content[i] == (byte) bits
                    && content[i + 1] == (byte) (bits >> 8)
                    && content[i + 2] == (byte) (bits >> 16)
                    && content[i + 3] == (byte) (bits >> 24)) {
                return i;
            }
        }
    }

    @Test
    void readsADigestThatSha256sumWrote() throws IOException {
        Files.write(inModels, content);
        Files.writeString(DigestFile.of(inModels), Sha256.of(content) + " *" + inModels.getFileName() + "\n");
        assertEquals(inModels, resolve("auto", true, SMALL).file());

        Files.writeString(DigestFile.of(inModels), "");
        assertFails("auto", true, SMALL);
    }

    @Test
    void damagedFileIsNotPassedOver() throws IOException {
        Files.write(inModels, new byte[100]);
        FinetuneException e = assertFails("auto", false, SMALL);
        assertTrue(e.getMessage().contains(inModels + " is not an HDF5 file"), e.getMessage());
    }

    @Test
    void fallsBackWithAWarningWithoutANetwork() {
        server.close();

        ResolvedWeights resolved = resolve("auto", false, WIDE);

        assertEquals(directories.models().resolve(BUNDLED.getFileName()), resolved.file());
        assertEquals(2_257_984, resolved.weights().count());
        for (String part : List.of(
                "localhost cannot be reached",
                "give noticeably lower accuracy",
                OfficialWeights.fileName(WIDE),
                OfficialWeights.LOCATION.toString(),
                directories.models().toString(),
                directories.cache().toString())) {
            assertTrue(resolved.warning().contains(part), resolved.warning());
        }
    }

    @Test
    void fallsBackIfWhatComesIsNothing() {
        server.then(WeightsServer.status(404));
        assertTrue(resolve("auto", false, WIDE).warning().contains("status 404"));
    }

    @Test
    void offlineNeverAsks() {
        assertTrue(resolve("auto", true, WIDE).warning().contains("--offline"));
        assertFails("imagenet", true, WIDE);
        assertFails("auto", true, SMALL);
        assertEquals(List.of(), server.requests);
    }

    @Test
    void imagenetForbidsTheFallback() {
        server.close();
        FinetuneException e = assertFails("imagenet", false, WIDE);
        assertTrue(e.getMessage().contains("--weights auto"), e.getMessage());
    }

    @Test
    void otherAlphasHaveNoFallback() {
        server.close();
        FinetuneException e = assertFails("auto", false, SMALL);
        for (String part : List.of(
                inModels.getFileName().toString(),
                directories.models() + " or " + directories.cache(),
                "localhost cannot be reached",
                "--weights FILE",
                "--alpha 1.0")) {
            assertTrue(e.getMessage().contains(part), e.getMessage());
        }
    }

    @Test
    void officialWeightsThatAreHereAreNamedAsTheBetterChoice() throws IOException {
        server.close();
        Files.write(inModels, content);
        String fallback = resolve("auto", false, WIDE).warning();
        assertTrue(fallback.contains("Better use --alpha 0.35 --size 96,"), fallback);
        assertTrue(fallback.contains("'finetune weights get --alpha 1.0'"), fallback);
        for (String setting : List.of("auto", "imagenet")) {
            FinetuneException e = assertFails(setting, false, Architecture.of(0.5, 96));
            assertTrue(
                    e.getMessage().contains("use --alpha 0.35, whose official weights are available"), e.getMessage());
            assertTrue(e.getMessage().contains("'finetune weights get --alpha 0.5 --size 96'"), e.getMessage());
        }
    }

    /** As a run that is resumed finds them. */
    @Test
    void bundledWeightsAreKnownByTheirContent() throws IOException {
        Path copy = Files.copy(BUNDLED, directory.resolve("mine.h5"));
        ResolvedWeights resolved = resolve(copy.toString(), false, WIDE);
        assertTrue(resolved.origin().startsWith("bundled weights"), resolved.origin());
        String caution = BundledWeights.caution(resolved, WIDE);
        assertTrue(caution.contains("'finetune weights get --alpha 1.0'"), caution);
        assertEquals("", BundledWeights.caution(resolve("auto", false, SMALL), SMALL));
    }

    @Test
    void whatIsNotThePublishedFileIsNotKept() {
        // The digest of this one is known.
        FinetuneException e = assertFails("imagenet", false, Architecture.of(0.35, 224));
        assertTrue(e.getMessage().contains("sent is not the published file"), e.getMessage());
        assertFalse(Files.exists(directories.cache().resolve(OfficialWeights.fileName(Architecture.of(0.35, 224)))));
    }

    @Test
    void storedFilesAreListedAndChecked() throws IOException {
        resolve("auto", false, SMALL);
        Files.write(directories.models().resolve("mine.h5"), content);
        Path forged = Files.write(
                directories.models().resolve(OfficialWeights.fileName(Architecture.of(0.35, 224))), content);

        List<StoredWeights> stored = StoredWeights.in(directories);

        assertEquals(
                List.of(
                                "mine.h5",
                                BUNDLED.getFileName().toString(),
                                forged.getFileName().toString(),
                                inCache.getFileName().toString())
                        .stream()
                        .sorted()
                        .toList(),
                stored.stream()
                        .map(file -> file.path().getFileName().toString())
                        .sorted()
                        .toList());
        for (StoredWeights file : stored) {
            if (file.path().equals(forged)) {
                FinetuneException e = assertThrows(FinetuneException.class, file::check);
                assertTrue(e.getMessage().contains("is not the one that was published"), e.getMessage());
            } else if (file.path().equals(inCache)) {
                assertEquals("as it was downloaded", file.check());
            } else if (file.architecture().isEmpty()) {
                assertTrue(file.check().startsWith("not checked"), file.check());
            } else {
                assertEquals("the published file", file.check());
            }
        }
    }

    @Test
    void bundledIsAChoiceWithoutWarning() {
        ResolvedWeights resolved = resolve("bundled", false, Architecture.of(1.0, 100));

        assertEquals(directories.models().resolve(BUNDLED.getFileName()), resolved.file());
        assertTrue(resolved.origin().startsWith("bundled weights"), resolved.origin());
        assertEquals("", resolved.warning());
        assertEquals(List.of(), server.requests);
        assertTrue(assertFails("bundled", false, SMALL).getMessage().contains("--alpha 1.0"));
    }

    @Test
    void readsTheFileThatIsNamed() throws IOException {
        Path file = Files.write(directory.resolve("mine.h5"), content);

        ResolvedWeights resolved = resolve(file.toString(), false, SMALL);

        assertEquals(file, resolved.file());
        assertEquals(Sha256.of(content), resolved.sha256());
        assertFalse(Files.exists(directories.cache()));
        assertFails(directory.resolve("none.h5").toString(), false, SMALL);
        assertFails(file.toString(), false, WIDE);
        assertEquals(List.of(), server.requests);
    }

    private ResolvedWeights resolve(String setting, boolean offline, Architecture architecture) {
        DownloadLimits limits = new DownloadLimits(LONG, LONG, LONG, 1, KerasWeightsFile.MAX_BYTES);
        WeightsDownload download =
                new WeightsDownload(server.location(), ProxySelector.of(null), limits, new DownloadListener() {});
        return new WeightsResolver(setting, offline, directories, download).resolve(architecture);
    }

    private FinetuneException assertFails(String setting, boolean offline, Architecture architecture) {
        FinetuneException e = assertThrows(FinetuneException.class, () -> resolve(setting, offline, architecture));
        assertEquals(ExitCode.MODEL, e.exitCode());
        return e;
    }
}
