package org.finetune.train;

import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.finetune.backend.MemoryShortage;

/** The batch of the frozen part, which has no influence on what is learned and may be halved where memory is short. */
final class ShrinkingBatch {
    private ShrinkingBatch() {}

    /**
     * Runs a pass over the photos with as large a batch as there is memory for.
     *
     * @param batch size to begin with
     * @param least smallest size
     * @param pass runs with a batch of a size, from the beginning
     * @param warning is notified of a smaller size
     */
    static void run(int batch, int least, IntConsumer pass, Consumer<String> warning) {
        for (int size = batch; ; ) {
            try {
                pass.accept(size);
                return;
            } catch (RuntimeException | OutOfMemoryError e) {
                if (size <= least || MemoryShortage.in(e).orElse(null) != MemoryShortage.NATIVE) {
                    throw e;
                }
                int smaller = Math.max(least, size / 2);
                warning.accept("Too little memory to run the frozen layers on " + size
                        + " photos at a time; continuing with " + smaller);
                size = smaller;
            }
        }
    }
}
