package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.finetune.data.decode.format.ImageHeader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide to DICOM images: its commands are run as they stand there, on images that dcmtk makes. */
class DicomGuideTest {
    private static final int SIZE = 32;
    private static final int CENTER = 300;
    private static final int WIDTH = 401;
    private static final int INTERCEPT = -1000;
    private static final String NAME = "DOE^JANE";

    @TempDir
    private Path directory;

    @BeforeAll
    static void requireDcmtk() {
        assumeTrue(
                Stream.of("dump2dcm", "dcmj2pnm", "dcmdump", "dcmcrle", "dcmcjpeg")
                        .allMatch(program -> Files.isExecutable(Path.of("/usr/bin", program))),
                "Skipped: dcmtk is not installed; .ci/run installs it");
    }

    @Test
    void commandsMakePhotosOfEightBitsWithoutNames() throws Exception {
        Path ill = Files.createDirectories(directory.resolve("dicom/ill"));
        Path well = Files.createDirectories(directory.resolve("dicom/well"));
        write(ill.resolve("a.dcm"), "MONOCHROME2", "PATIENT-1");
        write(ill.resolve("b.dcm"), "MONOCHROME1", "PATIENT-1");
        write(well.resolve("c.dcm"), "MONOCHROME2", "PATIENT-2");
        run("dcmcrle", well.resolve("c.dcm").toString(), well.resolve("d.dcm").toString());
        run(
                "dcmcjpeg",
                "--encode-lossless-sv1",
                ill.resolve("b.dcm").toString(),
                well.resolve("e.dcm").toString());
        run("bash", "-euc", commands());
        List<Path> photos;
        try (Stream<Path> files = Files.walk(directory.resolve("photos"))) {
            photos = files.filter(Files::isRegularFile).sorted().toList();
        }
        assertEquals(5, photos.size());
        for (Path photo : photos) {
            byte[] png = Files.readAllBytes(photo);
            assertFalse(new String(png, StandardCharsets.ISO_8859_1).contains("DOE"), photo.toString());
            assertEquals(SIZE, ImageHeader.read(png).width());
            String number = photo.getFileName().toString().replaceFirst(".*-", "");
            assertWindowed(
                    ImageIO.read(photo.toFile()), Set.of("2.png", "5.png").contains(number), photo.toString());
        }
        // Those of one patient have the same beginning, which --group-by keeps together.
        assertEquals(2, patients(photos).size(), photos.toString());
    }

    private static Set<String> patients(List<Path> photos) {
        Pattern group = Pattern.compile("/([0-9a-f]{12})-");
        return photos.stream()
                .map(photo -> group.matcher(photo.toString())
                        .results()
                        .findFirst()
                        .orElseThrow()
                        .group(1))
                .collect(Collectors.toSet());
    }

    /** The commands of the guide up to the one that trains. */
    private static String commands() throws IOException {
        Matcher block = Pattern.compile("(?s)## Train on DICOM images\n.*?\n\n((?:    [^\n]*\n)+)")
                .matcher(Files.readString(Path.of("docs", "how-to.md")));
        assertTrue(block.find());
        return block.group(1)
                .lines()
                .map(String::strip)
                .filter(line -> !line.startsWith("finetune "))
                .collect(Collectors.joining("\n"));
    }

    /** The window of DICOM (PS3.3, C.11.2.1.2). */
    private static void assertWindowed(BufferedImage photo, boolean inverted, String name) {
        for (int i = 0; i < SIZE * SIZE; i++) {
            double value = stored(i) + INTERCEPT;
            double level = ((value - (CENTER - 0.5)) / (WIDTH - 1) + 0.5) * 255;
            double expected = Math.max(0, Math.min(255, inverted ? 255 - level : level));
            int actual = photo.getRaster().getSample(i % SIZE, i / SIZE, 0);
            assertEquals(expected, actual, 1.01, name + ", pixel " + i);
        }
    }

    /** Values of 12 bits. */
    private static int stored(int pixel) {
        return 1000 + pixel;
    }

    private void write(Path file, String interpretation, String patient) throws Exception {
        ByteBuffer pixels = ByteBuffer.allocate(2 * SIZE * SIZE).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < SIZE * SIZE; i++) {
            pixels.putShort((short) stored(i));
        }
        Path raw = Files.write(directory.resolve("pixels.raw"), pixels.array());
        List<String> elements = List.of(
                "(0002,0010) UI =LittleEndianExplicit",
                "(0008,0016) UI =SecondaryCaptureImageStorage",
                "(0008,0018) UI [1.2.826.0.1.3680043.8.498." + Integer.toUnsignedString(file.hashCode()) + "]",
                "(0010,0010) PN [" + NAME + "]",
                "(0010,0020) LO [" + patient + "]",
                "(0028,0002) US 1",
                "(0028,0004) CS [" + interpretation + "]",
                "(0028,0010) US " + SIZE,
                "(0028,0011) US " + SIZE,
                "(0028,0100) US 16",
                "(0028,0101) US 12",
                "(0028,0102) US 11",
                "(0028,0103) US 0",
                "(0028,1050) DS [" + CENTER + "]",
                "(0028,1051) DS [" + WIDTH + "]",
                "(0028,1052) DS [" + INTERCEPT + "]",
                "(0028,1053) DS [1]",
                "(7fe0,0010) OW =" + raw);
        Path dump = Files.write(directory.resolve("image.dump"), elements);
        run("dump2dcm", dump.toString(), file.toString());
    }

    private void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), Arrays.toString(command) + out);
    }
}
