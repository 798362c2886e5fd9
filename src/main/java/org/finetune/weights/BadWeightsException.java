package org.finetune.weights;

/** What is wrong with a weights file, as the rest of a sentence that begins with the file's name. */
final class BadWeightsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadWeightsException(String message) {
        super(message);
    }
}
