package org.finetune.data.decode.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.finetune.data.decode.format.ImageDecodeException;
import org.finetune.data.decode.format.ImageFormat;
import org.finetune.data.decode.format.ImageHeader;
import org.finetune.data.decode.format.ImageHeader.Piece;
import org.finetune.testing.SharedMaterial;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The system's TurboJPEG beside OpenCV. */
class TurboJpegLibraryTest {
    private static final PixelDecoder OPEN_CV = new OpenCvDecoder();
    private static final int CHANNELS = 3;
    /** Of the photos of flowers, each so many-th. */
    private static final int STEP = 25;

    private TurboJpegLibrary library;

    @BeforeEach
    void find() {
        Optional<Path> file = TurboJpegLibrary.locate();
        assumeTrue(file.isPresent(), "Skipped: the system has no libturbojpeg; .ci/run installs it");
        library = TurboJpegLibrary.find().orElseThrow();
    }

    @Test
    void pixelsOfSamplesAreThoseOfOpenCv() throws IOException {
        assertSame(Path.of("data", "sample"), 10);
    }

    @Test
    void pixelsOfOddFilesAreThoseOfOpenCv() throws IOException {
        assertSame(SharedMaterial.require("data/odd-images"), 1);
    }

    @Test
    void pixelsOfPhotosAreThoseOfOpenCv() throws IOException {
        assertSame(SharedMaterial.require("data/flowers"), STEP);
    }

    /** Compares the pixels of the JPEG files of a directory at all scales, but where both leave the file to OpenCV. */
    private void assertSame(Path directory, int step) throws IOException {
        int decoded = 0;
        List<Path> files = files(directory);
        for (int i = 0; i < files.size(); i += step) {
            byte[] content = Files.readAllBytes(files.get(i));
            ImageHeader header = header(content);
            if (header != null && header.format() == ImageFormat.JPEG) {
                byte[] file = Piece.join(header.pieces());
                for (int reduction = 1; reduction <= 8; reduction *= 2) {
                    decoded += isSame(file, header, reduction, files.get(i)) ? 1 : 0;
                }
            }
        }
        assertTrue(decoded > 0, "None of the files in " + directory + " is decoded by the library");
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static ImageHeader header(byte[] content) {
        try {
            return ImageHeader.read(content);
        } catch (ImageDecodeException e) {
            return null;
        }
    }

    /** Whether the library decodes a file; then OpenCV has to give the same pixels. */
    private boolean isSame(byte[] content, ImageHeader header, int reduction, Path name) {
        int width = (header.width() + reduction - 1) / reduction;
        int height = (header.height() + reduction - 1) / reduction;
        ByteBuffer file = ByteBuffer.allocateDirect(content.length).put(0, content);
        ByteBuffer own = ByteBuffer.allocateDirect(CHANNELS * width * height);
        ByteBuffer expected = ByteBuffer.allocateDirect(CHANNELS * width * height);
        if (!library.decode(file, reduction, width, height, own)) {
            return false;
        }
        assertTrue(OPEN_CV.decode(file, reduction, width, height, expected), name.toString());
        assertEquals(expected, own, name + " at 1/" + reduction);
        return true;
    }

    @Test
    void libraryWithOtherPixelsIsNotUsed() {
        Path file = TurboJpegLibrary.locate().orElseThrow();
        List<Integer> scales = new ArrayList<>();
        PixelDecoder brighter = (content, reduction, width, height, pixels) -> {
            boolean decoded = OPEN_CV.decode(content, reduction, width, height, pixels);
            scales.add(reduction);
            // A single value, at the last scale.
            if (reduction == 8) {
                pixels.put(0, (byte) (pixels.get(0) + 1));
            }
            return decoded;
        };
        assertTrue(TurboJpegLibrary.find(file, brighter).isEmpty());
        assertEquals(List.of(1, 2, 4, 8), scales);
    }

    @Test
    void fileThatIsNoLibraryIsNotUsed() {
        assertTrue(TurboJpegLibrary.find(Path.of("pom.xml").toAbsolutePath(), OPEN_CV)
                .isEmpty());
    }

    /** Its size is another than the one that is expected, or its data end early: OpenCV decides what becomes of it. */
    @Test
    void oddFilesAreLeftToOpenCv() throws IOException {
        byte[] content = Files.readAllBytes(Path.of("data", "sample", "fish", "fish-01.jpg"));
        ByteBuffer pixels = ByteBuffer.allocateDirect(CHANNELS * 160 * 120);
        ByteBuffer file = ByteBuffer.allocateDirect(content.length).put(0, content);
        assertTrue(library.decode(file, 1, 160, 120, pixels));
        assertFalse(library.decode(file, 1, 120, 160, pixels));
        assertFalse(library.decode(file.slice(0, content.length - 200), 1, 160, 120, pixels));
    }
}
