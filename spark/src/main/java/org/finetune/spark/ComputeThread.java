package org.finetune.spark;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.finetune.HomeDirectory;

/**
 * The one thread of an executor that computes. ND4J belongs to the thread that has started it, for as long as the process lives,
 * and tasks come on threads that change.
 */
final class ComputeThread {
    private static final ExecutorService THREAD = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "finetune");
        thread.setDaemon(true);
        return thread;
    });

    static {
        Path natives = HomeDirectory.get().resolve(".cache/finetune/natives");
        // What finetune's launcher sets. Memory outside the heap is limited by the container.
        setUnlessSet("org.bytedeco.javacpp.cachedir", natives.toString());
        setUnlessSet("jna.tmpdir", natives.toString());
        setUnlessSet("org.bytedeco.javacpp.maxbytes", "0");
        setUnlessSet("org.bytedeco.javacpp.maxphysicalbytes", "0");
        setUnlessSet("org.nd4j.log.initialization", "false");
        setUnlessSet("java.awt.headless", "true");
    }

    private ComputeThread() {}

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /**
     * Has work done and waits for it.
     *
     * @throws InterruptedException if the task was cancelled, as the work then is
     */
    static <T> T run(Callable<T> work) throws InterruptedException {
        Future<T> result = THREAD.submit(work);
        try {
            return result.get();
        } catch (InterruptedException e) {
            result.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
