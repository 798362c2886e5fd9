package org.finetune.data.decode;

import static org.bytedeco.opencv.global.opencv_core.CV_16UC;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC;

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
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.data.decode.format.ImageDecodeException;
import org.finetune.data.decode.format.ImageFormat;
import org.finetune.data.decode.format.ImageHeader.Piece;
import org.finetune.data.decode.process.NativeDecoder;

/**
 * Decodes with readers that are written in Java: PNG, BMP and GIF with those of the JDK, lossless WebP with that of
 * TwelveMonkeys. To them a file that is made to break a decoder is an exception, where native code might end the process.
 */
final class JavaReader {
    private static final int ALPHA = 3;

    private JavaReader() {}

    /**
     * Decodes the first image of a file to 1 (gray), 3 (BGR) or 4 (BGRA) channels of 8 or 16 bits. The caller closes the
     * result.
     *
     * @param width expected width in pixels
     * @param height expected height in pixels
     * @throws ImageDecodeException if decoding takes longer than {@link NativeDecoder#TIME_LIMIT}
     * @throws IOException if the file is damaged or of another size
     */
    static Mat read(ImageFormat format, List<Piece> file, int width, int height) throws IOException {
        return read(format, file, width, height, NativeDecoder.TIME_LIMIT);
    }

    /** Does so within a time limit. */
    static Mat read(ImageFormat format, List<Piece> file, int width, int height, Duration limit) throws IOException {
        try (HeapShare share = HeapShare.forPixels((long) width * height)) {
            BufferedImage image = decode(format, new TimedStream(Piece.join(file), limit));
            if (image.getWidth() != width || image.getHeight() != height) {
                throw new IOException("another size than its header says");
            }
            return image.getColorModel() instanceof ComponentColorModel ? samples(image.getRaster()) : colors(image);
        }
    }

    private static BufferedImage decode(ImageFormat format, TimedStream file) throws IOException {
        ImageReader reader = format == ImageFormat.WEBP
                ? new WebPImageReaderSpi().createReaderInstance(null)
                : ImageIO.getImageReadersByFormatName(format.label().toLowerCase(Locale.ROOT))
                        .next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(file)) {
            reader.setInput(in, true, true);
            return reader.read(0);
        } catch (IOException e) {
            throw file.isOverdue() ? file.overdue(e) : e;
        } catch (OutOfMemoryError e) {
            // There is room for the image itself, so it is something else in the file that claims to be huge.
            throw new IOException("it takes too much memory", e);
        } finally {
            reader.dispose();
        }
    }

    /** Palette and packed images, whose color models give sRGB with 8 bits a channel. */
    private static Mat colors(BufferedImage image) {
        int width = image.getWidth();
        int[] argb = new int[width];
        byte[] bgra = new byte[4 * width];
        Mat mat = new Mat(image.getHeight(), width, CV_8UC(4));
        BytePointer data = mat.data();
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, width, 1, argb, 0, width);
            for (int x = 0; x < width; x++) {
                for (int channel = 0; channel < 4; channel++) {
                    bgra[4 * x + channel] = (byte) (argb[x] >> 8 * channel);
                }
            }
            data.position((long) y * bgra.length).put(bgra);
        }
        return mat;
    }

    /** The stored values, which a color model would take for linear light where they are gray. */
    private static Mat samples(WritableRaster raster) throws IOException {
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
        Mat mat = new Mat(raster.getHeight(), width, sixteenBits ? CV_16UC(channels) : CV_8UC(channels));
        BytePointer data = mat.data();
        ShortPointer shorts = new ShortPointer(data);
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, samples);
            reorder(samples, bands, row, channels);
            if (sixteenBits) {
                shorts.position((long) y * row.length).put(row);
            } else {
                for (int i = 0; i < row.length; i++) {
                    bytes[i] = (byte) row[i];
                }
                data.position((long) y * row.length).put(bytes);
            }
        }
        return mat;
    }

    /** From gray, gray and alpha, RGB or RGBA to gray, BGR or BGRA. */
    private static void reorder(int[] samples, int bands, short[] row, int channels) {
        for (int from = 0, to = 0; from < samples.length; from += bands, to += channels) {
            for (int channel = 0; channel < channels; channel++) {
                int band = channel == ALPHA ? bands - 1 : bands < 3 ? 0 : 2 - channel;
                row[to + channel] = (short) samples[from + band];
            }
        }
    }
}
