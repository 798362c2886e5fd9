package org.finetune.data.decode.format;

/** What a fourth channel of a decoded image stands for. */
public enum FourthChannel {
    /** Nothing that the network sees. */
    UNUSED,
    /** Opacity, of which the colors are independent. */
    OPACITY,
    /** Opacity, by which the colors are multiplied already. */
    PREMULTIPLIED_OPACITY,
    /** The black of a print, whose other channels are cyan, magenta and yellow instead of red, green and blue. */
    BLACK
}
