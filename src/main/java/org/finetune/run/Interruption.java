package org.finetune.run;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/**
 * Lets a run end in good order when the process is told to end, by SIGINT, SIGTERM or SIGHUP: the run asks at places
 * where it can stop, and the process waits for that, though not for long.
 *
 * <p>Java runs shutdown hooks on such a signal while the other threads go on. The hook waits for the end of the command
 * and then ends the process with the command's exit code.
 */
public final class Interruption {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(9);

    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private final Consumer<FinetuneException> errors;
    private boolean listening;
    private volatile boolean requested;

    /**
     * Makes an interruption that listens to nothing yet.
     *
     * @param errors is told, on another thread, of a command that does not end in time, so that the user is notified of it before
     *     the process ends
     */
    public Interruption(Consumer<FinetuneException> errors) {
        this.errors = errors;
    }

    /**
     * Makes signals wait for the end of the command from now on. Of several calls the first counts.
     *
     * @param howToContinue says how to continue what the command was doing if it does not end in time, in a sentence that may be
     *     empty
     */
    public synchronized void listen(Supplier<String> howToContinue) {
        if (listening) {
            return;
        }
        listening = true;
        Runtime.getRuntime().addShutdownHook(new Thread(() -> awaitEnd(howToContinue), "interruption"));
    }

    private void awaitEnd(Supplier<String> howToContinue) {
        if (exitCode.isDone()) {
            return;
        }
        requested = true;
        int code = ExitCode.INTERRUPTED.code();
        try {
            code = exitCode.get(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | InterruptedException | ExecutionException e) {
            // What the run was at takes too long: it ends here, and can be resumed from its last checkpoint.
            errors.accept(
                    new FinetuneException(ExitCode.INTERRUPTED, ("Interrupted. " + howToContinue.get()).strip(), e));
        }
        Runtime.getRuntime().halt(code);
    }

    /**
     * Ends the run if the process has been told to end.
     *
     * @throws FinetuneException with {@link ExitCode#INTERRUPTED} if so
     */
    public void check() {
        if (requested) {
            throw new FinetuneException(ExitCode.INTERRUPTED, "Interrupted.");
        }
    }

    /** Whether the process has been told to end. */
    public boolean isRequested() {
        return requested;
    }

    /** Says that the command is over, with nothing left to print or to write. */
    public void end(int code) {
        exitCode.complete(code);
    }
}
