package org.finetune.data.decode.format;

/** What a fourth channel of a decoded image stands for. */
public enum FourthChannel {
    /** Nothing that the network sees. */
    UNUSED,
    /** Opacity, of which the colours are independent. */
    OPACITY,
    /** Opacity, by which the colours are multiplied already. */
    PREMULTIPLIED_OPACITY,
    /** The black of a print, whose other channels are cyan, magenta and yellow instead of red, green and blue. */
    BLACK
}
