package org.finetune.data.decode.process;

import java.nio.ByteBuffer;

/** Decodes a file in native memory to 8-bit BGR. */
@FunctionalInterface
interface PixelDecoder {

    /**
     * Decodes a file.
     *
     * @param file its content
     * @param reduction factor by which width and height of a JPEG file are divided: 1, 2, 4 or 8
     * @param width expected width of the result
     * @param height expected height of the result
     * @param pixels where the rows are put: {@code [height, width, 3]}
     * @return whether it is decoded; if not, {@code pixels} may have been written to
     */
    boolean decode(ByteBuffer file, int reduction, int width, int height, ByteBuffer pixels);
}
