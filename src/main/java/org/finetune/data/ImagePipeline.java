package org.finetune.data;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.finetune.FinetuneException;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.ImageInfo;
import org.finetune.data.decode.LargeFiles;
import org.finetune.data.decode.PhotoMemoryException;
import org.finetune.data.decode.View;
import org.finetune.hash.Sha256;

/**
 * Reads and decodes a list of photos in several threads, ahead of their use, and hands them out as batches in the
 * order of the list. Each photo is read once for all its views. At most as many batches are in the making as there are
 * buffers, which are allocated once and used again when a batch is released.
 *
 * <p>A photo that cannot be read or decoded is reported in its batch, and its rows are closed up. The batches and
 * their contents do not depend on the number of threads.
 *
 * <p>Any thread may take and release batches. Closing does not wait for these threads.
 */
public final class ImagePipeline implements AutoCloseable {
    private final ImageDecoder decoder;
    private final Augmentation augmentation;
    private final List<Photo> photos;
    private final int imagesPerBatch;
    private final boolean identify;
    private final List<BytePointer> buffers;
    private final List<Thread> threads;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition bufferFree = lock.newCondition();
    private final Condition batchDone = lock.newCondition();
    private final Deque<BytePointer> freeBuffers;
    /** The batches that were begun and not yet handed out, in order. */
    private final Deque<OpenBatch> unfinished = new ArrayDeque<>();

    /** The batch to which the next image belongs, if it has room; null before the first one. */
    private OpenBatch filling;

    private int nextPhoto;
    private int handedOut;
    private boolean stopped;
    private boolean closed;
    private Throwable error;

    private final LongAdder readNanos = new LongAdder();
    private final LongAdder waitForBufferNanos = new LongAdder();
    private final LongAdder waitForBatchNanos = new LongAdder();
    private final long decodeNanosBefore;
    private final long resizeNanosBefore;

    /**
     * What a pipeline takes of the machine.
     *
     * @param batchRows most rows of a batch, at least the number of views; all views of an image are in one batch
     * @param threads number of threads that decode, at least 1
     * @param buffers number of batches to allocate, at least 1; 2 or more let decoding run ahead
     */
    public record Capacity(int batchRows, int threads, int buffers) {

        public Capacity {
            if (batchRows < 1 || threads < 1 || buffers < 1) {
                throw new IllegalArgumentException(
                        "batchRows " + batchRows + ", threads " + threads + ", buffers " + buffers);
            }
        }
    }

    /**
     * Starts decoding.
     *
     * @param decoder decodes the images
     * @param augmentation says which views of each image are made
     * @param photos the photos
     * @param identify whether the images' hashes, from which augmentation follows, and their {@link ImageInfo} are wanted
     */
    public ImagePipeline(
            ImageDecoder decoder,
            Augmentation augmentation,
            List<? extends Photo> photos,
            Capacity capacity,
            boolean identify) {
        if (capacity.batchRows() < augmentation.views() || !identify && augmentation != Augmentation.NONE) {
            throw new IllegalArgumentException(augmentation.views() + " views, " + capacity + ", identify " + identify);
        }
        this.decoder = decoder;
        this.identify = identify;
        this.augmentation = augmentation;
        this.photos = List.copyOf(photos);
        this.imagesPerBatch = capacity.batchRows() / augmentation.views();
        this.decodeNanosBefore = decoder.decodeNanos();
        this.resizeNanosBefore = decoder.resizeNanos();
        this.buffers = IntStream.range(0, capacity.buffers())
                .mapToObj(i -> new BytePointer(imagesPerBatch * bytesPerImage()))
                .toList();
        this.freeBuffers = new ArrayDeque<>(this.buffers);
        this.threads = IntStream.range(0, capacity.threads())
                .mapToObj(i -> new Thread(this::work, "decoder-" + i))
                .toList();
        this.threads.forEach(thread -> {
            thread.setDaemon(true);
            thread.start();
        });
    }

    /**
     * Waits for the next batch.
     *
     * @return the batch, which the caller releases; nothing after the last one
     * @throws InterruptedException if the thread is interrupted; the pipeline can still be used or closed
     * @throws StorageException if the storage of the photos is at fault
     * @throws FinetuneException if images cannot be decoded for a reason that lies with the machine
     * @throws IllegalStateException if the pipeline is stopped or closed, or with the cause if a decoding thread failed otherwise
     *     than by a bad image, such as for lack of memory
     */
    public Optional<ImageBatch> next() throws InterruptedException {
        Optional<OpenBatch> batch;
        int number;
        lock.lockInterruptibly();
        try {
            long start = System.nanoTime();
            while (!stopped && error == null && !firstIsDone() && !nothingLeft()) {
                batchDone.await();
            }
            waitForBatchNanos.add(System.nanoTime() - start);
            if (error instanceof StorageException failure) {
                throw failure.rethrown();
            }
            if (error instanceof FinetuneException failure) {
                throw new FinetuneException(failure.exitCode(), failure.getMessage(), failure);
            }
            if (error != null) {
                throw new IllegalStateException("Decoding failed", error);
            }
            if (stopped) {
                throw new IllegalStateException("The pipeline is stopped or closed");
            }
            batch = Optional.ofNullable(unfinished.poll());
            number = handedOut++;
        } finally {
            lock.unlock();
        }
        return batch.map(done -> done.close(number, () -> release(done.buffer())));
    }

    /** Where the time went so far. It holds as long as nobody else uses the same decoder. */
    public PipelineTimes times() {
        return new PipelineTimes(
                readNanos.sum(),
                decoder.decodeNanos() - decodeNanosBefore,
                decoder.resizeNanos() - resizeNanosBefore,
                waitForBufferNanos.sum(),
                waitForBatchNanos.sum());
    }

    /** Hands out no further batches. Those that were handed out stay until it is closed. */
    public void stop() {
        lock.lock();
        try {
            stopped = true;
            bufferFree.signalAll();
            batchDone.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stops the threads, which at most finish the images they have begun, and frees the memory of all batches, released
     * or not.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        stop();
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        buffers.forEach(Pointer::close);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean nothingLeft() {
        return unfinished.isEmpty() && nextPhoto == photos.size();
    }

    private boolean firstIsDone() {
        return !unfinished.isEmpty() && unfinished.getFirst().isDone();
    }

    private long bytesPerImage() {
        return augmentation.views() * decoder.bytesPerView();
    }

    private void work() {
        try {
            for (Optional<Task> task = take(); task.isPresent(); task = take()) {
                decode(task.get());
                finish(task.get());
            }
        } catch (Throwable e) {
            fail(e);
        }
    }

    /** The next image to decode, if there is one left. */
    private Optional<Task> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long start = System.nanoTime();
            while (goesOn() && !hasRoom(filling) && freeBuffers.isEmpty()) {
                bufferFree.await();
            }
            waitForBufferNanos.add(System.nanoTime() - start);
            if (!goesOn()) {
                return Optional.empty();
            }
            if (!hasRoom(filling)) {
                int size = Math.min(imagesPerBatch, photos.size() - nextPhoto);
                filling = new OpenBatch(freeBuffers.poll(), nextPhoto, size, augmentation.views(), bytesPerImage());
                unfinished.add(filling);
                bufferFree.signalAll();
            }
            nextPhoto++;
            return Optional.of(new Task(filling, filling.begin()));
        } finally {
            lock.unlock();
        }
    }

    private boolean goesOn() {
        return !stopped && error == null && nextPhoto < photos.size();
    }

    private static boolean hasRoom(OpenBatch batch) {
        return batch != null && batch.hasRoom();
    }

    private void decode(Task task) {
        OpenBatch batch = task.batch;
        int position = task.position;
        Photo photo = photos.get(batch.index(position));
        try (LargeFiles turn = LargeFiles.turn(photo.length())) {
            long start = System.nanoTime();
            byte[] file = photo.read();
            String sha256 = identify ? Sha256.of(file) : "";
            readNanos.add(System.nanoTime() - start);
            batch.hash(position, sha256);
            List<View> views = augmentation.views(sha256);
            BytePointer place = batch.place(position);
            if (identify) {
                batch.describe(position, decoder.decodeAndDescribe(file, views, place));
            } else {
                decoder.decode(file, views, place);
            }
        } catch (PhotoMemoryException e) {
            throw e.of(photo.id());
        } catch (IOException e) {
            batch.fail(position, BadPhoto.reason(e));
        }
    }

    private void finish(Task task) {
        lock.lock();
        try {
            task.batch.end();
            if (firstIsDone()) {
                batchDone.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void fail(Throwable cause) {
        lock.lock();
        try {
            error = cause;
            bufferFree.signalAll();
            batchDone.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void release(BytePointer buffer) {
        lock.lock();
        try {
            freeBuffers.add(buffer);
            bufferFree.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** One image of a batch. */
    private record Task(OpenBatch batch, int position) {}
}
