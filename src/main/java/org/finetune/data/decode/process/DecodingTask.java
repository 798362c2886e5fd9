package org.finetune.data.decode.process;

import org.finetune.data.decode.process.HeifLibrary.Codec;

/**
 * What the decoder process makes of a file.
 *
 * @param request {@link DecoderMain#DECODE} or {@link DecoderMain#DECODE_HEIF}
 * @param parameter for the former, the factor by which width and height of a JPEG file are divided: 1, 2, 4 or 8; for the latter,
 *     the ordinal number of the codec
 * @param width expected width of the image
 * @param height expected height of the image
 */
record DecodingTask(byte request, int parameter, int width, int height) {

    /** Number of 8-bit channels of the image: BGR, or RGBA of libheif. */
    int channels() {
        return request == DecoderMain.DECODE ? 3 : 4;
    }

    long bytes() {
        return (long) channels() * width * height;
    }

    Codec codec() {
        return Codec.values()[parameter];
    }
}
