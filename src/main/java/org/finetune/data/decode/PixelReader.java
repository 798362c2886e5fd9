package org.finetune.data.decode;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import java.io.IOException;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.finetune.FinetuneException;
import org.finetune.data.decode.format.ExifOrientation;
import org.finetune.data.decode.format.ImageDecodeException;
import org.finetune.data.decode.format.ImageFormat;
import org.finetune.data.decode.format.ImageHeader;
import org.finetune.data.decode.format.ImageHeader.Frame;

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
        try (DecodingMemory memory = DecodingMemory.forPicture(header, reduction)) {
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
            case JPEG -> NativeReader.read(header, reduction);
            case WEBP -> WebpReader.read(header);
            case PNG, BMP, GIF -> JavaReader.read(header);
        };
    }

    private static Mat placeOnCanvas(Mat image, ImageHeader header) {
        if (header.format() == ImageFormat.JPEG || header.frameIsWhole()) {
            return image;
        }
        Frame frame = header.frame();
        int width = Math.max(0, Math.min(frame.width(), header.width() - frame.x()));
        int height = Math.max(0, Math.min(frame.height(), header.height() - frame.y()));
        try (image;
                Scalar white = Scalar.all(0xff)) {
            Mat canvas = new Mat(header.height(), header.width(), CV_8UC3, white);
            if (width > 0 && height > 0) {
                try (Rect from = new Rect(0, 0, width, height);
                        Rect to = new Rect(frame.x(), frame.y(), width, height);
                        Mat visible = new Mat(image, from);
                        Mat place = new Mat(canvas, to)) {
                    visible.copyTo(place);
                }
            }
            return canvas;
        }
    }

    private static Mat turnUpright(Mat image, int orientation) {
        if (orientation == ExifOrientation.NORMAL) {
            return image;
        }
        try (image) {
            return ExifOrientation.apply(orientation, image);
        }
    }
}
