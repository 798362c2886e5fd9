package org.finetune.data.decode;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_180;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_90_CLOCKWISE;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_90_COUNTERCLOCKWISE;
import static org.bytedeco.opencv.global.opencv_core.flip;
import static org.bytedeco.opencv.global.opencv_core.rotate;
import static org.bytedeco.opencv.global.opencv_core.transpose;

import java.io.IOException;
import java.util.Optional;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.finetune.FinetuneException;
import org.finetune.data.decode.format.ImageDecodeException;
import org.finetune.data.decode.format.ImageFormat;
import org.finetune.data.decode.format.ImageHeader;
import org.finetune.data.decode.format.ImageHeader.Tile;
import org.finetune.data.decode.format.Orientation;
import org.finetune.data.decode.jpeg.EighthDecoder;
import org.finetune.data.decode.process.NativeDecoder;

/** Decodes the pixels of a file whose header was read, to an image that is 8-bit BGR, opaque and upright. */
final class PixelReader {

    private PixelReader() {}

    /**
     * Decodes an image. The caller closes the result.
     *
     * @param reduction factor by which width and height of a JPEG file are divided: 1, 2, 4 or 8; 1 for other formats
     * @throws ImageDecodeException if the pixels are damaged
     * @throws FinetuneException if there is too little memory
     */
    @SuppressWarnings("try") // The memory is only held while it is open.
    static Mat read(ImageHeader header, int reduction) throws ImageDecodeException {
        try (DecodingMemory memory = DecodingMemory.forPhoto(header, reduction)) {
            Mat image = placeOnCanvas(decode(header, reduction), header);
            return turnUpright(image, header.orientation());
        } catch (ImageDecodeException | FinetuneException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new ImageDecodeException("damaged " + header.format().label(), e);
        }
    }

    private static Mat decode(ImageHeader header, int reduction) throws IOException {
        return switch (header.format()) {
            case JPEG -> readJpeg(header, reduction);
            case WEBP -> WebpReader.read(header);
            case TIFF -> header.tiles().isEmpty() ? JavaReader.read(header) : fromTiles(header);
            case HEIC, AVIF -> HeifReader.read(header);
            case PNG, BMP, GIF -> JavaReader.read(header);
        };
    }

    private static Mat readJpeg(ImageHeader header, int reduction) throws IOException {
        Optional<byte[]> pixels = reduction == EighthDecoder.SCALE ? EighthDecoder.decode(header) : Optional.empty();
        if (pixels.isEmpty()) {
            return NativeReader.read(header, reduction);
        }
        Mat image = new Mat(ceilDiv(header.height(), reduction), ceilDiv(header.width(), reduction), CV_8UC3);
        image.data().put(pixels.get());
        return image;
    }

    private static Mat placeOnCanvas(Mat image, ImageHeader header) {
        if (header.format() == ImageFormat.JPEG || header.frameIsWhole()) {
            return image;
        }
        try (image;
                Scalar white = Scalar.all(0xff)) {
            Mat canvas = new Mat(header.height(), header.width(), CV_8UC3, white);
            place(image, header.frame().x(), header.frame().y(), canvas);
            return canvas;
        }
    }

    /** Copies what of an image lies on a canvas when it begins at a column and row of that. */
    private static void place(Mat image, int x, int y, Mat canvas) {
        int width = Math.min(image.cols(), canvas.cols() - x);
        int height = Math.min(image.rows(), canvas.rows() - y);
        if (width > 0 && height > 0) {
            try (Rect from = new Rect(0, 0, width, height);
                    Rect to = new Rect(x, y, width, height);
                    Mat visible = new Mat(image, from);
                    Mat place = new Mat(canvas, to)) {
                visible.copyTo(place);
            }
        }
    }

    /** An image put together of others, all of which together have the time of one. */
    private static Mat fromTiles(ImageHeader header) throws IOException {
        long start = System.nanoTime();
        Mat whole = new Mat(header.height(), header.width(), CV_8UC3);
        for (Tile tile : header.tiles()) {
            if (System.nanoTime() - start > NativeDecoder.TIME_LIMIT.toNanos()) {
                throw new ImageDecodeException(
                        "decoding takes longer than " + NativeDecoder.TIME_LIMIT.toSeconds() + " s");
            }
            try (Mat part = NativeReader.read(tile.image(), 1)) {
                place(part, tile.x(), tile.y(), whole);
            }
        }
        return whole;
    }

    private static Mat turnUpright(Mat image, Orientation orientation) {
        if (orientation == Orientation.NORMAL) {
            return image;
        }
        try (image) {
            return upright(image, orientation);
        }
    }

    /** The image as it is to be shown, as a new matrix. */
    static Mat upright(Mat stored, Orientation orientation) {
        Mat shown = new Mat();
        switch (orientation) {
            case NORMAL -> stored.copyTo(shown);
            case MIRRORED -> flip(stored, shown, 1);
            case UPSIDE_DOWN -> rotate(stored, shown, ROTATE_180);
            case FLIPPED -> flip(stored, shown, 0);
            case TRANSPOSED -> transpose(stored, shown);
            case TO_TURN_RIGHT -> rotate(stored, shown, ROTATE_90_CLOCKWISE);
            case TRANSVERSED -> {
                transpose(stored, shown);
                rotate(shown, shown, ROTATE_180);
            }
            case TO_TURN_LEFT -> rotate(stored, shown, ROTATE_90_COUNTERCLOCKWISE);
        }
        return shown;
    }

    private static int ceilDiv(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
