package org.finetune.backend;

import java.util.Arrays;
import java.util.function.Consumer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Copies values between float32 arrays and the host's memory. No other class touches the memory of arrays: on the CPU it is
 * the host's, and a pointer to it is all that is needed; on other backends of ND4J such a pointer leads to an old copy, and
 * only operations wait for the device and reach it.
 *
 * <p>Places count in values of the array in C order, in which the array has to be.
 */
public final class HostMemory {
    /** System property that has arrays on the CPU treated as those of other backends, if it is "copied". For tests. */
    private static final String PROPERTY = "finetune.hostMemory";

    private HostMemory() {}

    /** Known as soon as there are arrays, and the same until the process ends. */
    private static final class Access {
        private static final boolean AT_HAND =
                Backend.isCpu(Nd4j.getBackend()) && !"copied".equals(System.getProperty(PROPERTY));
    }

    /** Whether arrays are read and written in place. */
    public static boolean isAtHand() {
        return Access.AT_HAND;
    }

    /**
     * The memory of an array, for a library other than ND4J, as long as the array is open.
     *
     * @throws IllegalStateException if ND4J does not run on the CPU
     */
    public static FloatPointer of(INDArray array) {
        if (!Backend.isCpu(Nd4j.getBackend())) {
            throw new IllegalStateException("The array is not in the host's memory");
        }
        return pointer(array);
    }

    private static FloatPointer pointer(INDArray array) {
        requireCOrder(array);
        return (FloatPointer) array.data().addressPointer();
    }

    private static void requireCOrder(INDArray array) {
        // Of vectors ND4J says now one and now the other.
        if (array.ordering() != 'c' && array.rank() > 1) {
            throw new IllegalArgumentException("The array is not in C order");
        }
    }

    /** A copy of all values in C order, whatever the order of the array. */
    public static float[] values(INDArray array) {
        if (!isAtHand() || array.isView() || array.ordering() != 'c') {
            return array.dup('c').data().asFloat();
        }
        float[] values = new float[Math.toIntExact(array.length())];
        pointer(array).get(values);
        return values;
    }

    /** Copies the first values of an array. */
    public static void read(INDArray array, float[] values) {
        read(array, values, 0, values.length);
    }

    /**
     * Copies the first values of an array to a place in another one of Java.
     *
     * @param offset where the first one goes
     * @param count number of values
     */
    public static void read(INDArray array, float[] values, int offset, int count) {
        if (isAtHand()) {
            pointer(array).get(values, offset, count);
        } else {
            System.arraycopy(copy(array, 0, count), 0, values, offset, count);
        }
    }

    /**
     * Gives values of an array to a reader.
     *
     * @param from place of the first one
     * @param count number of values
     * @param reader is given their memory, which it may use until it returns
     */
    public static void read(INDArray array, long from, long count, Consumer<FloatPointer> reader) {
        if (isAtHand()) {
            reader.accept(from == 0 ? pointer(array) : pointer(array).getPointer(FloatPointer.class, from));
            return;
        }
        try (FloatPointer copy = new FloatPointer(copy(array, from, count))) {
            reader.accept(copy);
        }
    }

    /** Replaces the first values of an array. */
    public static void write(INDArray array, float[] values) {
        write(array, 0, values, 0, values.length);
    }

    /**
     * Replaces values of an array.
     *
     * @param to place of the first one
     * @param values where they are taken from
     * @param offset where the first one is
     * @param count number of values
     */
    public static void write(INDArray array, long to, float[] values, int offset, int count) {
        if (isAtHand()) {
            FloatPointer place = to == 0 ? pointer(array) : pointer(array).getPointer(FloatPointer.class, to);
            place.put(values, offset, count);
        } else {
            assign(array, to, Arrays.copyOfRange(values, offset, offset + count));
        }
    }

    /**
     * Has a writer replace the first values of an array.
     *
     * @param count number of values, all of which it writes
     * @param writer is given memory for them, which it may use until it returns
     */
    public static void write(INDArray array, long count, Consumer<FloatPointer> writer) {
        if (isAtHand()) {
            writer.accept(pointer(array));
            return;
        }
        float[] values = new float[Math.toIntExact(count)];
        try (FloatPointer copy = new FloatPointer(count)) {
            writer.accept(copy);
            copy.get(values);
        }
        assign(array, 0, values);
    }

    /** Replaces the values of an array by those of another of the same shape. */
    public static void copy(INDArray from, INDArray to) {
        if (isAtHand()) {
            Pointer.memcpy(pointer(to), pointer(from), from.length() * Float.BYTES);
        } else {
            to.assign(from);
        }
    }

    private static float[] copy(INDArray array, long from, long count) {
        try (INDArray copy = part(array, from, count).dup('c')) {
            return copy.data().asFloat();
        }
    }

    private static void assign(INDArray array, long to, float[] values) {
        try (INDArray replacement = Nd4j.createFromArray(values)) {
            part(array, to, values.length).assign(replacement);
        }
    }

    private static INDArray part(INDArray array, long from, long count) {
        requireCOrder(array);
        return array.reshape('c', new long[] {array.length()}).get(NDArrayIndex.interval(from, from + count));
    }
}
