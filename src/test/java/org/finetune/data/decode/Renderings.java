package org.finetune.data.decode;

import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.data.decode.format.ImageDecodeException;

/** Views of images as bytes. */
final class Renderings {
    private Renderings() {}

    /** A view before its values are scaled: 8-bit RGB, {@code [size, size, 3]}. */
    static byte[] bytes(ImageDecoder decoder, byte[] file, View view) throws ImageDecodeException {
        try (Mat rgb = decoder.render(file, List.of(view)).get(0)) {
            byte[] bytes = new byte[decoder.preprocessing().valuesPerImage()];
            rgb.data().get(bytes);
            return bytes;
        }
    }
}
