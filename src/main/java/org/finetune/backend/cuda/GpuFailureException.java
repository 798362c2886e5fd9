package org.finetune.backend.cuda;

import java.util.Optional;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/** A GPU has failed. This process cannot use it any more. */
public final class GpuFailureException extends FinetuneException {
    private static final long serialVersionUID = 1;

    GpuFailureException(String message) {
        super(ExitCode.BACKEND, message);
    }

    /** The failure of a GPU that another failure is, or is caused by. */
    public static Optional<GpuFailureException> in(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .filter(GpuFailureException.class::isInstance)
                .map(GpuFailureException.class::cast)
                .findFirst();
    }
}
