package org.finetune.train;

import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/** The time limit of a run leaves no time for what it is at. A phase ends with it, if it has come to anything. */
final class TimeUpException extends FinetuneException {
    private static final long serialVersionUID = 1;

    TimeUpException(String message) {
        super(ExitCode.USAGE, message);
    }
}
