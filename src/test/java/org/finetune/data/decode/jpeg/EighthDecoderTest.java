package org.finetune.data.decode.jpeg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.data.decode.format.ImageDecodeException;
import org.finetune.data.decode.format.ImageFormat;
import org.finetune.data.decode.format.ImageHeader;
import org.finetune.data.decode.format.ImageHeader.Piece;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.testing.SharedMaterial;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The decoder beside libjpeg-turbo in OpenCV, or in the system's TurboJPEG. */
class EighthDecoderTest {
    private static final int SCALE = 8;
    private static final float QUALITY = 0.9f;

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "1, 2", "2, 2"})
    void pixelsAreThoseOfLibjpegForEachSampling(int horizontal, int vertical) throws IOException {
        for (float quality : new float[] {0.2f, QUALITY, 1}) {
            for (int width : new int[] {8, 61, 160}) {
                byte[] file = encode(noise(width, 75), new Encoding(horizontal, vertical, 0, quality, false));
                assertDecodesAsLibjpeg(file);
            }
        }
    }

    @Test
    void restartMarkersAreFollowed() throws Exception {
        for (int interval : new int[] {1, 3, 1000}) {
            byte[] file = encode(noise(300, 200), new Encoding(2, 2, interval, QUALITY, false));
            assertEquals(
                    interval, SequentialJpeg.of(ImageHeader.read(file).pieces()).restartInterval());
            assertDecodesAsLibjpeg(file);
        }
    }

    @Test
    void greyIsDecoded() throws IOException {
        BufferedImage image = new BufferedImage(93, 71, BufferedImage.TYPE_BYTE_GRAY);
        image.getGraphics().drawImage(noise(93, 71), 0, 0, null);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "jpg", file);
        assertDecodesAsLibjpeg(file.toByteArray());
    }

    @Test
    void otherKindsAreLeftToLibjpeg() throws IOException {
        assertTrue(
                EighthDecoder.decode(ImageHeader.read(encode(noise(90, 70), new Encoding(2, 2, 0, QUALITY, true))))
                        .isEmpty(),
                "progressive");
        assertTrue(
                EighthDecoder.decode(ImageHeader.read(encode(noise(90, 70), new Encoding(4, 1, 0, QUALITY, false))))
                        .isEmpty(),
                "a quarter of the colours");
    }

    @Test
    void filesThatNoEncoderWritesAreDecoded() throws IOException {
        int files = Integer.getInteger("finetune.mutations", 1000);
        int decoded = 0;
        for (int seed = 0; seed < files; seed++) {
            ImageHeader header = ImageHeader.read(RandomJpeg.of(seed));
            decoded += isDecodedAsLibjpeg(header, "seed " + seed) ? 1 : 0;
        }
        assertTrue(decoded > 0.9 * files, decoded + " of " + files);
    }

    /** Only the tables that are used are made ready. */
    @Test
    void manyTablesTakeNoTime() throws IOException {
        byte[] file = encode(noise(90, 70), new Encoding(2, 2, 0, QUALITY, false));
        byte[] tables = new byte[4 + 17 * 3800];
        ByteBuffer.wrap(tables).putShort((short) 0xffc4).putShort((short) (tables.length - 2));
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        many.write(file, 0, 2);
        for (int i = 0; i < 256; i++) {
            many.write(tables);
        }
        many.write(file, 2, file.length - 2);
        ImageHeader header = ImageHeader.read(many.toByteArray());
        assertTrue(assertTimeout(Duration.ofSeconds(1), () -> EighthDecoder.decode(header))
                .isPresent());
    }

    /** As webcams make them: libjpeg-turbo has tables of its own then. */
    @Test
    void fileWithoutHuffmanTablesIsLeftToLibjpeg() throws IOException {
        byte[] file = encode(noise(90, 70), new Encoding(2, 2, 0, QUALITY, false));
        ByteArrayOutputStream without = new ByteArrayOutputStream();
        for (Piece piece : ImageHeader.read(file).pieces()) {
            byte[] bytes = Arrays.copyOfRange(piece.bytes(), piece.offset(), piece.offset() + piece.length());
            if (bytes[1] == (byte) 0xda) {
                // Tables of the first component, whose numbers need not be those of tables.
                bytes[6] = 0x55;
            }
            if (bytes[1] != (byte) 0xc4) {
                without.write(bytes);
            }
        }
        assertTrue(EighthDecoder.decode(ImageHeader.read(without.toByteArray())).isEmpty());
    }

    /** Each byte behind the start marker is changed in one file of thousands. What is decoded nevertheless looks as in libjpeg. */
    @Test
    void damageIsLeftToLibjpegOrLooksTheSame() throws IOException {
        Random random = new Random(3);
        int decoded = 0;
        int left = 0;
        for (int interval : new int[] {0, 2}) {
            byte[] file = encode(noise(50, 40), new Encoding(2, 2, interval, QUALITY, false));
            for (int i = 2; i < file.length; i++) {
                byte[] damaged = file.clone();
                damaged[i] = (byte) (random.nextBoolean() ? damaged[i] ^ 1 << random.nextInt(8) : random.nextInt(256));
                Optional<ImageHeader> header = header(damaged);
                if (header.isPresent()) {
                    boolean same = isDecodedAsLibjpeg(header.get(), "byte " + i);
                    decoded += same ? 1 : 0;
                    left += same ? 0 : 1;
                }
            }
        }
        assertTrue(decoded > 100, "decoded here: " + decoded);
        assertTrue(left > 100, "left to libjpeg: " + left);
    }

    @Test
    void pixelsOfSamplesAreThoseOfLibjpeg() throws IOException {
        assertTrue(decodedAsLibjpeg(Path.of("data", "sample"), 4) > 30);
    }

    @Test
    void pixelsOfPhotosAreThoseOfLibjpeg() throws IOException {
        assertTrue(decodedAsLibjpeg(SharedMaterial.require("data/flowers"), 10) > 100);
    }

    @Test
    void oddFilesAreLeftToLibjpegOrLookTheSame() throws IOException {
        decodedAsLibjpeg(SharedMaterial.require("data/odd-images"), 1);
    }

    /** Compares the JPEG files of a directory; returns how many are decoded. */
    private static int decodedAsLibjpeg(Path directory, int step) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        int decoded = 0;
        for (int i = 0; i < files.size(); i += step) {
            Optional<ImageHeader> header = header(Files.readAllBytes(files.get(i)));
            if (header.isPresent()
                    && isDecodedAsLibjpeg(header.get(), files.get(i).toString())) {
                decoded++;
            }
        }
        return decoded;
    }

    private static Optional<ImageHeader> header(byte[] file) {
        try {
            return Optional.of(ImageHeader.read(file)).filter(header -> header.format() == ImageFormat.JPEG);
        } catch (ImageDecodeException e) {
            return Optional.empty();
        }
    }

    private static void assertDecodesAsLibjpeg(byte[] file) throws IOException {
        assertTrue(isDecodedAsLibjpeg(ImageHeader.read(file), "file"), "not decoded");
    }

    /** Whether a file is decoded; then libjpeg-turbo has to give the same pixels. */
    private static boolean isDecodedAsLibjpeg(ImageHeader header, String name) throws IOException {
        Optional<byte[]> image = EighthDecoder.decode(header);
        if (image.isEmpty()) {
            return false;
        }
        int width = (header.width() + SCALE - 1) / SCALE;
        int height = (header.height() + SCALE - 1) / SCALE;
        byte[] pixels = new byte[3 * width * height];
        try (Mat expected = NativeDecoder.INSTANCE.decode(Piece.join(header.pieces()), SCALE, width, height)) {
            expected.data().get(pixels);
        }
        assertArrayEquals(pixels, image.get(), name);
        return true;
    }

    /** Coloured waves with noise, which have coefficients of all frequencies. */
    private static BufferedImage noise(int width, int height) {
        Random random = new Random(1);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int red = (int) (96 + 80 * Math.sin(x / 7.0) * Math.cos(y / 5.0)) + random.nextInt(64);
                int blue = (int) (96 + 80 * Math.sin(x / 4.0 + y / 9.0)) + random.nextInt(64);
                image.setRGB(x, y, red << 16 | random.nextInt(256) << 8 | blue);
            }
        }
        return image;
    }

    /**
     * How a file is made.
     *
     * @param horizontal horizontal sampling factor of brightness
     * @param vertical vertical sampling factor of brightness
     * @param interval units between two restart markers, or 0
     */
    private record Encoding(int horizontal, int vertical, int interval, float quality, boolean progressive) {}

    private static byte[] encode(BufferedImage image, Encoding encoding) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam options = writer.getDefaultWriteParam();
        options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        options.setCompressionQuality(encoding.quality());
        if (encoding.progressive()) {
            options.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        }
        IIOMetadata metadata =
                writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), options);
        change(metadata, encoding);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, metadata), options);
        } finally {
            writer.dispose();
        }
        return file.toByteArray();
    }

    private static void change(IIOMetadata metadata, Encoding encoding) throws IIOInvalidTreeException {
        String format = metadata.getNativeMetadataFormatName();
        IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(format);
        IIOMetadataNode brightness =
                (IIOMetadataNode) root.getElementsByTagName("componentSpec").item(0);
        brightness.setAttribute("HsamplingFactor", Integer.toString(encoding.horizontal()));
        brightness.setAttribute("VsamplingFactor", Integer.toString(encoding.vertical()));
        if (encoding.interval() > 0) {
            IIOMetadataNode interval = new IIOMetadataNode("dri");
            interval.setAttribute("interval", Integer.toString(encoding.interval()));
            root.getElementsByTagName("markerSequence").item(0).appendChild(interval);
        }
        metadata.setFromTree(format, root);
    }
}
