package org.finetune.data;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC4;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_2;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_4;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_8;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_UNCHANGED;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.finetune.data.ImageHeader.Frame;
import org.finetune.data.ImageHeader.Piece;

/** Decodes the pixels of a file whose header was read, to a picture that is 8-bit BGR, opaque and upright. */
final class PixelReader {

    private PixelReader() {}

    /**
     * Decodes an image. The caller closes the result.
     *
     * @param reduction factor by which width and height of a JPEG file are divided: 1, 2, 4 or 8; 1 for other formats
     * @throws ImageDecodeException if the pixels are damaged
     */
    static Mat read(ImageHeader header, int reduction) throws ImageDecodeException {
        try {
            Mat frame = header.format() == ImageFormat.GIF ? decodeGif(header) : decode(header, reduction);
            Mat picture = placeOnCanvas(toBgr(frame, header), header);
            return turnUpright(picture, header.orientation());
        } catch (RuntimeException e) {
            throw damaged(header, e);
        }
    }

    private static Mat decode(ImageHeader header, int reduction) throws ImageDecodeException {
        try (BytePointer file = copy(header.pieces());
                Mat encoded = new Mat(1, Math.toIntExact(file.limit()), CV_8UC1, file)) {
            Mat image = imdecode(encoded, decodeFlags(header.format(), reduction));
            int width = ceilDiv(header.frame().width(), reduction);
            int height = ceilDiv(header.frame().height(), reduction);
            if (image.cols() != width || image.rows() != height) {
                image.close();
                throw damaged(header, null);
            }
            return image;
        }
    }

    private static BytePointer copy(List<Piece> pieces) {
        BytePointer copy =
                new BytePointer(pieces.stream().mapToLong(Piece::length).sum());
        for (Piece piece : pieces) {
            copy.put(piece.bytes(), piece.offset(), piece.length());
            copy.position(copy.position() + piece.length());
        }
        return copy.position(0);
    }

    private static int decodeFlags(ImageFormat format, int reduction) {
        if (format != ImageFormat.JPEG) {
            return IMREAD_UNCHANGED;
        }
        int flags =
                switch (reduction) {
                    case 2 -> IMREAD_REDUCED_COLOR_2;
                    case 4 -> IMREAD_REDUCED_COLOR_4;
                    case 8 -> IMREAD_REDUCED_COLOR_8;
                    default -> IMREAD_COLOR;
                };
        return flags | IMREAD_IGNORE_ORIENTATION;
    }

    private static int ceilDiv(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }

    private static Mat decodeGif(ImageHeader header) throws ImageDecodeException {
        BufferedImage image = readGif(header);
        int width = image.getWidth();
        int height = image.getHeight();
        if (width != header.frame().width() || height != header.frame().height()) {
            throw damaged(header, null);
        }
        int[] argb = image.getRGB(0, 0, width, height, null, 0, width);
        try (IntPointer pixels = new IntPointer(argb);
                Mat bgra = new Mat(height, width, CV_8UC4, pixels)) {
            return bgra.clone();
        }
    }

    private static BufferedImage readGif(ImageHeader header) throws ImageDecodeException {
        Piece file = header.pieces().get(0);
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream in =
                new MemoryCacheImageInputStream(new ByteArrayInputStream(file.bytes(), file.offset(), file.length()))) {
            reader.setInput(in, true, true);
            return reader.read(0);
        } catch (IOException e) {
            throw damaged(header, e);
        } finally {
            reader.dispose();
        }
    }

    private static Mat toBgr(Mat image, ImageHeader header) throws ImageDecodeException {
        if (ColorConversion.isBgr(image)) {
            return image;
        }
        try (image) {
            return ColorConversion.toBgr(image, header);
        }
    }

    private static Mat placeOnCanvas(Mat picture, ImageHeader header) {
        if (header.format() == ImageFormat.JPEG || header.frameIsWhole()) {
            return picture;
        }
        Frame frame = header.frame();
        int width = Math.max(0, Math.min(frame.width(), header.width() - frame.x()));
        int height = Math.max(0, Math.min(frame.height(), header.height() - frame.y()));
        try (picture;
                Scalar white = Scalar.all(0xff)) {
            Mat canvas = new Mat(header.height(), header.width(), CV_8UC3, white);
            if (width > 0 && height > 0) {
                try (Rect from = new Rect(0, 0, width, height);
                        Rect to = new Rect(frame.x(), frame.y(), width, height);
                        Mat visible = new Mat(picture, from);
                        Mat place = new Mat(canvas, to)) {
                    visible.copyTo(place);
                }
            }
            return canvas;
        }
    }

    private static Mat turnUpright(Mat picture, int orientation) {
        if (orientation == ExifOrientation.NORMAL) {
            return picture;
        }
        try (picture) {
            return ExifOrientation.apply(orientation, picture);
        }
    }

    private static ImageDecodeException damaged(ImageHeader header, Exception cause) {
        return new ImageDecodeException("damaged " + header.format().label(), cause);
    }
}
