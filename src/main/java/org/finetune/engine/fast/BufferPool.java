package org.finetune.engine.fast;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.finetune.backend.MemoryShortage;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Native float32 buffers that are handed out while a plan is laid out, in the order in which its steps will run. A
 * buffer given back serves a later step, so memory is touched once and stays in the caches.
 */
final class BufferPool implements AutoCloseable {
    private final List<INDArray> all = new ArrayList<>();
    private final List<INDArray> free = new ArrayList<>();
    private final IdentityHashMap<INDArray, Integer> holders = new IdentityHashMap<>();
    /**
     * Size of the buffers that no plan has written to yet, so that they do not count as memory of the process; shared by
     * siblings.
     */
    private final AtomicLong unusedBytes;

    BufferPool() {
        this(new AtomicLong());
    }

    private BufferPool(AtomicLong unusedBytes) {
        this.unusedBytes = unusedBytes;
    }

    /** A pool with other buffers, for a plan that runs at the same time. */
    BufferPool sibling() {
        return new BufferPool(unusedBytes);
    }

    /** A flat buffer of at least {@code length} values, undefined in content: the smallest free one that is enough. */
    INDArray take(long length) {
        INDArray buffer = free.stream()
                .filter(candidate -> candidate.length() >= length)
                .min(Comparator.comparingLong(INDArray::length))
                .orElseGet(() -> allocate(length));
        free.removeIf(candidate -> candidate == buffer);
        holders.put(buffer, 1);
        return buffer;
    }

    private INDArray allocate(long length) {
        MemoryShortage.check(unusedBytes.addAndGet(length * Float.BYTES));
        INDArray buffer = Nd4j.createUninitialized(DataType.FLOAT, new long[] {length}, 'c');
        all.add(buffer);
        return buffer;
    }

    /** Declares one more holder of a buffer, so that it takes one more {@link #give} to free it. */
    void retain(INDArray buffer) {
        holders.merge(buffer, 1, Integer::sum);
    }

    /** Gives a buffer back; it is free once every holder has done so. One that is not from this pool is left alone. */
    void give(INDArray buffer) {
        Integer left = holders.computeIfPresent(buffer, (key, count) -> count - 1);
        if (left != null && left == 0) {
            free.add(buffer);
        }
    }

    /** Frees all buffers for laying out another plan that never runs between the steps of an earlier one. */
    void reset() {
        unusedBytes.set(0);
        free.clear();
        free.addAll(all);
        holders.clear();
    }

    /** Total size in bytes. */
    long bytes() {
        return all.stream().mapToLong(INDArray::length).sum() * Float.BYTES;
    }

    @Override
    public void close() {
        unusedBytes.addAndGet(-bytes());
        all.forEach(INDArray::close);
    }
}
