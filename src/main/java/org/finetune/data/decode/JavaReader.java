package org.finetune.data.decode;

import static org.bytedeco.opencv.global.opencv_core.CV_16UC;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.data.decode.format.ImageDecodeException;
import org.finetune.data.decode.format.ImageFormat;
import org.finetune.data.decode.format.ImageHeader;
import org.finetune.data.decode.format.ImageHeader.Frame;
import org.finetune.data.decode.format.ImageHeader.Piece;
import org.finetune.data.decode.format.WebpStructure;
import org.finetune.data.decode.process.NativeDecoder;

/**
 * Decodes with readers that are written in Java: PNG, BMP and GIF with those of the JDK, lossless WebP and TIFF with those of
 * TwelveMonkeys. To them a file that is made to break a decoder is an exception, where native code might end the process.
 */
final class JavaReader {
    private static final int ALPHA = 3;
    private static final int FILE_COPIES = 3;

    private JavaReader() {}

    /**
     * Decodes the first image of a file to 8-bit BGR. The caller closes the result.
     *
     * @throws ImageDecodeException if decoding takes longer than {@link NativeDecoder#TIME_LIMIT}
     * @throws IOException if the file is damaged, or its image of another size than its header says
     */
    static Mat read(ImageHeader header) throws IOException {
        return read(header, NativeDecoder.TIME_LIMIT);
    }

    /** Does so within a time limit. */
    @SuppressWarnings("try") // The room is only held while it is open.
    static Mat read(ImageHeader header, Duration limit) throws IOException {
        try (HeapShare room = share(header.pieces(), header.workingBytes() * header.pixels())) {
            BufferedImage image = decode(header.format(), header.pieces(), header.frame(), limit);
            boolean samples = image.getColorModel() instanceof ComponentColorModel;
            return ColorConversion.toBgr(
                    image.getWidth(),
                    image.getHeight(),
                    (from, to) -> samples ? samples(image.getRaster(), from, to) : colors(image, from, to),
                    header);
        }
    }

    /**
     * The green channel of a WebP file's lossless image, row by row.
     *
     * @throws IOException as {@link #read(ImageHeader)}
     */
    @SuppressWarnings("try") // The room is only held while it is open.
    static byte[] readGreen(List<Piece> file, Frame size) throws IOException {
        long pixels = (long) size.width() * size.height();
        try (HeapShare room = share(file, WebpStructure.LOSSLESS_BYTES * pixels)) {
            BufferedImage image = decode(ImageFormat.WEBP, file, size, NativeDecoder.TIME_LIMIT);
            byte[] green = new byte[Math.toIntExact(pixels)];
            int[] argb = new int[size.width()];
            for (int y = 0; y < size.height(); y++) {
                image.getRGB(0, y, argb.length, 1, argb, 0, argb.length);
                for (int x = 0; x < argb.length; x++) {
                    green[y * argb.length + x] = (byte) (argb[x] >> Byte.SIZE);
                }
            }
            return green;
        }
    }

    /** Room for what a reader makes of a file, and for the file as it was read, as its parts were joined, and in one piece. */
    private static HeapShare share(List<Piece> file, long workingBytes) throws ImageDecodeException {
        return HeapShare.of(workingBytes + FILE_COPIES * Piece.length(file));
    }

    private static BufferedImage decode(ImageFormat format, List<Piece> pieces, Frame size, Duration limit)
            throws IOException {
        TimedStream file = new TimedStream(Piece.join(pieces), limit);
        ImageReader reader =
                switch (format) {
                    case WEBP -> new WebPImageReaderSpi().createReaderInstance(null);
                    case TIFF -> new TIFFImageReaderSpi().createReaderInstance(null);
                    default -> ImageIO.getImageReadersByFormatName(
                                    format.label().toLowerCase(Locale.ROOT))
                            .next();
                };
        try (file) {
            reader.setInput(file, true, true);
            BufferedImage image = reader.read(0);
            if (image.getWidth() != size.width() || image.getHeight() != size.height()) {
                throw new IOException("another size than its header says");
            }
            return image;
        } catch (IOException e) {
            throw file.isOverdue() ? file.overdue(e) : e;
        } catch (OutOfMemoryError e) {
            // There is room for the image itself, so it is most often something else in the file that claims to be
            // huge.
            throw new ImageDecodeException(
                    "decoding takes more of Java's heap than is left; raise it, for example with FINETUNE_JAVA_OPTS=-Xmx4g",
                    e);
        } finally {
            reader.dispose();
        }
    }

    /** Rows of palette and packed images, whose colour models give sRGB with 8 bits a channel. */
    private static Mat colors(BufferedImage image, int from, int to) {
        int width = image.getWidth();
        int[] argb = new int[width];
        byte[] bgra = new byte[4 * width];
        Mat mat = new Mat(to - from, width, CV_8UC(4));
        BytePointer data = mat.data();
        for (int y = from; y < to; y++) {
            image.getRGB(0, y, width, 1, argb, 0, width);
            for (int x = 0; x < width; x++) {
                for (int channel = 0; channel < 4; channel++) {
                    bgra[4 * x + channel] = (byte) (argb[x] >> 8 * channel);
                }
            }
            data.position((long) (y - from) * bgra.length).put(bgra);
        }
        return mat;
    }

    /** The stored values of rows, which a colour model would take for linear light where they are grey. */
    private static Mat samples(WritableRaster raster, int from, int to) throws IOException {
        int bands = raster.getNumBands();
        boolean sixteenBits = raster.getTransferType() == DataBuffer.TYPE_USHORT;
        if (bands > 4 || !sixteenBits && raster.getTransferType() != DataBuffer.TYPE_BYTE) {
            throw new IOException("pixels of an unsupported kind");
        }
        int channels = bands == 2 ? 4 : bands;
        int width = raster.getWidth();
        int[] samples = new int[bands * width];
        short[] row = new short[channels * width];
        byte[] bytes = new byte[row.length];
        Mat mat = new Mat(to - from, width, sixteenBits ? CV_16UC(channels) : CV_8UC(channels));
        BytePointer data = mat.data();
        ShortPointer shorts = new ShortPointer(data);
        for (int y = from; y < to; y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, samples);
            reorder(samples, bands, row, channels);
            if (sixteenBits) {
                shorts.position((long) (y - from) * row.length).put(row);
            } else {
                for (int i = 0; i < row.length; i++) {
                    bytes[i] = (byte) row[i];
                }
                data.position((long) (y - from) * row.length).put(bytes);
            }
        }
        return mat;
    }

    /** From grey, grey and alpha, RGB or RGBA to grey, BGR or BGRA. */
    private static void reorder(int[] samples, int bands, short[] row, int channels) {
        for (int from = 0, to = 0; from < samples.length; from += bands, to += channels) {
            for (int channel = 0; channel < channels; channel++) {
                int band = channel == ALPHA ? bands - 1 : bands < 3 ? 0 : 2 - channel;
                row[to + channel] = (short) samples[from + band];
            }
        }
    }
}
