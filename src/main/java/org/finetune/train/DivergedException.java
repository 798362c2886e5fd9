package org.finetune.train;

import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/** A phase cannot continue at its learning rate: the loss jumped, or something is no finite number any more. */
final class DivergedException extends FinetuneException {
    private static final long serialVersionUID = 1;

    DivergedException(String message) {
        super(ExitCode.DIVERGED, message);
    }
}
