package org.finetune.data.decode.process;

/** What has become of a file in the decoder process. */
enum Outcome {
    DECODED,
    /** The file is damaged, or its image is of another size than was said. */
    DAMAGED,
    /** The system lacks the library for such files. */
    NO_LIBRARY,
    /** It has the library, but not the one with which that decodes such files. */
    NO_CODEC
}
