package org.finetune.engine.cuda;

import java.util.ArrayList;
import java.util.List;
import org.finetune.backend.cuda.DeviceArray;
import org.finetune.backend.cuda.DeviceArrays;

/** Few buffers for many activations: each is used again as soon as nothing reads what it has. */
final class BufferPlan {
    /** The largest length that each buffer is used for. */
    private final List<Long> lengths = new ArrayList<>();

    private final List<Integer> free = new ArrayList<>();

    /**
     * Takes a buffer.
     *
     * @param length number of values
     * @return its number
     */
    int take(long length) {
        int best = -1;
        for (int buffer : free) {
            if (best < 0 || fits(buffer, best, length)) {
                best = buffer;
            }
        }
        if (best < 0) {
            lengths.add(length);
            return lengths.size() - 1;
        }
        free.remove((Integer) best);
        lengths.set(best, Math.max(lengths.get(best), length));
        return best;
    }

    /** Whether a buffer fits better than another: the smallest that is large enough, else the largest. */
    private boolean fits(int buffer, int other, long length) {
        long size = lengths.get(buffer);
        long otherSize = lengths.get(other);
        return size >= length ? otherSize < length || size < otherSize : otherSize < length && size > otherSize;
    }

    /** Gives a buffer back. */
    void give(int buffer) {
        free.add(buffer);
    }

    /** Number of values of all buffers. */
    long length() {
        return lengths.stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Allocates the buffers.
     *
     * @param times by what the lengths are multiplied: the number of images
     */
    List<DeviceArray> allocate(DeviceArrays arrays, int times) {
        return lengths.stream().map(length -> arrays.take(length * times)).toList();
    }
}
