package org.finetune.data.decode.jpeg;

/** A file, or something in it, is not of the kind that is decoded here. It has no stack trace, since it ends no program. */
final class UnsupportedDataException extends Exception {
    private static final long serialVersionUID = 1;

    UnsupportedDataException(String message) {
        super(message, null, false, false);
    }
}
