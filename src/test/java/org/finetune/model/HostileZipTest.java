package org.finetune.model;

import static org.finetune.model.TamperedModel.COEFFICIENTS;
import static org.finetune.model.TamperedModel.CONFIGURATION;
import static org.finetune.model.TamperedModel.DESCRIPTION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Model files whose zip structure somebody has changed to do harm. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileZipTest {
    private final TamperedModel tampered = new TamperedModel();

    @TempDir
    private Path directory;

    @BeforeEach
    void begin() throws IOException {
        Gadget.reset();
        tampered.reset(directory);
    }

    @Test
    void entriesThatTheDirectoryDoesNotListAreRefused() throws IOException {
        byte[] gadget = ZipBytes.zip(Map.of("preprocessor.bin", Gadget.serialized()));
        Set<String> ran = new TreeSet<>();
        for (ZipViews.Changed changed : new ZipViews(tampered.good()).smuggled(gadget)) {
            tampered.assertRefused(changed.zip(), "");
            assertFalse(Gadget.hasRun(), changed.what());
            if (Gadget.runsInDeeplearning4j(changed.zip())) {
                ran.add(changed.what());
            }
            Gadget.reset();
        }
        // These would have done harm.
        assertEquals(Set.of("in front, not counted", "before an entry", "in an entry", "before the directory"), ran);
    }

    @Test
    void headersThatDisagreeWithTheDirectoryAreRefused() throws IOException {
        Path file = tampered.write(tampered.good());
        List<String> accepted = new ZipViews(tampered.good())
                .disagreements()
                .filter(patch -> isAccepted(file, patch))
                .map(ZipViews.Patch::what)
                .toList();
        assertEquals(List.of(), accepted);
    }

    @Test
    void whatIsAcceptedIsTheSameNetworkInDeeplearning4j() throws IOException {
        Path file = tampered.write(tampered.good());
        List<String> accepted = new ZipViews(tampered.good())
                .agreements()
                .filter(patch -> isAccepted(file, patch))
                .map(ZipViews.Patch::what)
                .distinct()
                .toList();
        // Nothing but times may be anything.
        assertEquals(List.of("time", "date"), accepted);
    }

    /**
     * Whether a model file is accepted with other bytes in some places, which are restored afterwards. If it is, both of
     * Deeplearning4j's loaders find the same network in it, and nothing else.
     */
    private boolean isAccepted(Path file, ZipViews.Patch patch) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (Map.Entry<Integer, byte[]> place : patch.bytes().entrySet()) {
                channel.write(ByteBuffer.wrap(place.getValue()), place.getKey());
            }
            try {
                SavedModel read = ModelFile.read(file);
                assertEquals(tampered.model().classes(), read.classes(), patch.what());
                assertEquals(tampered.model().weights(), read.weights(), patch.what());
                assertSameInDeeplearning4j(file);
                return true;
            } catch (FinetuneException e) {
                assertEquals(ExitCode.MODEL, e.exitCode());
                return false;
            } finally {
                for (Map.Entry<Integer, byte[]> place : patch.bytes().entrySet()) {
                    int length = place.getValue().length;
                    channel.write(ByteBuffer.wrap(tampered.good(), place.getKey(), length), place.getKey());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertSameInDeeplearning4j(Path file) throws IOException {
        List<KerasLayer> network = tampered.model()
                .architecture()
                .network(tampered.model().classes().size());
        for (ComputationGraph graph : List.of(
                ModelSerializer.restoreComputationGraph(file.toFile(), false),
                ModelSerializer.restoreComputationGraphAndNormalizer(
                                new ByteArrayInputStream(Files.readAllBytes(file)), false)
                        .getFirst())) {
            assertEquals(tampered.model().weights(), GraphWeights.read(graph, network));
        }
        assertFalse(Gadget.hasRun());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../evil.sh", "/etc/cron.d/evil", "a/", "finetune.json\u0000.sh", "\u001b[2J"})
    void strangeNamesAreRefusedAndNothingIsWritten(String name) throws IOException {
        tampered.entries().put(name, new byte[10]);
        tampered.assertRefused("which no model has");
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(directory.resolve("model.zip")), files.toList());
        }
    }

    @Test
    void longNamesAreCutInTheMessage() throws IOException {
        tampered.entries().put("x".repeat(3000), new byte[10]);
        tampered.assertRefused("xxx...'");
    }

    @Test
    void entriesGivenTwiceAreRefused() throws IOException {
        tampered.entries().put("finetune.jsoN", "{}".getBytes(StandardCharsets.UTF_8));
        String zip = new String(tampered.zip(), StandardCharsets.ISO_8859_1);
        tampered.assertRefused(
                zip.replace("finetune.jsoN", DESCRIPTION).getBytes(StandardCharsets.ISO_8859_1),
                "it has finetune.json twice");
    }

    @Test
    void crowdsOfEntriesAreRefusedBeforeTheyAreRead() throws IOException {
        for (int i = 0; i < 1000; i++) {
            tampered.entries().put("entry" + i, new byte[0]);
        }
        tampered.assertRefused("it has more entries than a model");
    }

    @Test
    void directoriesIn64BitFormAreRefused() throws IOException {
        byte[] zip = tampered.zip();
        ByteBuffer longer = ByteBuffer.allocate(zip.length + 20).order(ByteOrder.LITTLE_ENDIAN);
        longer.put(zip, 0, zip.length - 22).putInt(0x07064b50).put(new byte[16]).put(zip, zip.length - 22, 22);
        tampered.assertRefused(longer.array(), "its directory is not where its end says");
    }

    @Test
    void bytesAfterTheEndAreRefused() throws IOException {
        byte[] zip = tampered.zip();
        tampered.assertRefused(Arrays.copyOf(zip, zip.length + 1), "it is not a zip file, or is truncated");
    }

    @Test
    void bombOfParametersIsNotUnpacked() throws IOException {
        tampered.entries().put(COEFFICIENTS, new byte[64 << 20]);
        byte[] bomb = tampered.zip();
        assertTrue(bomb.length < 4 << 20);
        tampered.assertRefused(bomb, "coefficients.bin swells to 67108864 bytes");
    }

    @Test
    void bombOfTextIsNotUnpacked() throws IOException {
        tampered.entries().put(DESCRIPTION, "[".repeat(17 << 20).getBytes(StandardCharsets.UTF_8));
        tampered.assertRefused("finetune.json swells to");
    }

    @Test
    void entryThatHasMoreThanItSaysIsRefused() throws IOException {
        byte[] zip = tampered.zip();
        ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int directory = bytes.getInt(zip.length - 6);
        assertEquals(0x02014b50, bytes.getInt(directory));
        // The size of the first entry when unpacked, in the directory and behind the content.
        int less = bytes.getInt(directory + 24) - 1;
        int contentEnd = 30 + CONFIGURATION.length() + bytes.getInt(directory + 20);
        bytes.putInt(directory + 24, less).putInt(contentEnd + 12, less);
        tampered.assertRefused(zip, "is damaged");
    }

    @Test
    void directoryInPlaceOfTheFileIsRefused() {
        FinetuneException failure = assertThrows(FinetuneException.class, () -> ModelFile.read(directory));
        assertEquals(ExitCode.MODEL, failure.exitCode());
    }
}
