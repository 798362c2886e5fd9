package org.finetune.backend.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import org.finetune.backend.cuda.CudaModule.Kernel;

/**
 * Work of a GPU that is done in order, while the caller goes on. A failure of the GPU is thrown by any later call. Not thread-safe,
 * but any thread may have it that has called {@link CudaContext#use}.
 */
public final class CudaStream implements AutoCloseable {
    private static final int MOST_ARGUMENTS = 16;
    /** Values of arrays that are on their way at a time. */
    private static final int MOST_STAGED = 1 << 18;

    private static final int ALIGNMENT = 16;

    private final CudaContext context;
    private final long stream;
    /** The values of a kernel's arguments, and their addresses; the driver copies them. */
    private final Memory arguments = new Memory((long) MOST_ARGUMENTS * Long.BYTES);

    private final Memory addresses = new Memory((long) MOST_ARGUMENTS * Long.BYTES);
    private final long addressOfAddresses;
    /** The values of Java's arrays on their way: the driver need not have copied them when its functions return. */
    private final Memory staged = new Memory((long) MOST_STAGED * Float.BYTES);

    /** Bytes of {@link #staged} that may still be in use. */
    private long stagedBytes;

    /** An empty stream. */
    public CudaStream(CudaContext context) {
        this.context = context;
        context.use();
        long[] created = new long[1];
        CudaFault.check(CudaDriver.cuStreamCreate(created, CudaDriver.STREAM_NON_BLOCKING), "preparing work");
        this.stream = created[0];
        long first = Pointer.nativeValue(arguments);
        for (int i = 0; i < MOST_ARGUMENTS; i++) {
            addresses.setLong((long) i * Long.BYTES, first + (long) i * Long.BYTES);
        }
        this.addressOfAddresses = Pointer.nativeValue(addresses);
    }

    /**
     * Runs a kernel.
     *
     * @param blocks number of blocks along x
     * @param parts number of blocks along y
     * @param columns threads of a block along x
     * @param rows threads of a block along y
     * @param values its arguments: addresses as {@link Long}, numbers as {@link Integer} or {@link Float}
     */
    public void launch(Kernel kernel, int blocks, int parts, int columns, int rows, Object... values) {
        for (int i = 0; i < values.length; i++) {
            long place = (long) i * Long.BYTES;
            if (values[i] instanceof Long address) {
                arguments.setLong(place, address);
            } else if (values[i] instanceof Integer number) {
                arguments.setInt(place, number);
            } else {
                arguments.setFloat(place, (Float) values[i]);
            }
        }
        CudaFault.check(
                CudaDriver.cuLaunchKernel(
                        kernel.handle(), blocks, parts, 1, columns, rows, 1, 0, stream, addressOfAddresses, 0),
                "running " + kernel.name());
    }

    /**
     * Copies to the device. The memory must not be changed before {@link #synchronize}, or what comes to the same.
     *
     * @param from address of the values in the process
     * @param to address on the device
     * @param length number of values
     */
    public void upload(long from, long to, long length) {
        uploadBytes(from, to, length * Float.BYTES);
    }

    /** The same for bytes. */
    public void uploadBytes(long from, long to, long bytes) {
        CudaFault.check(CudaDriver.cuMemcpyHtoDAsync_v2(to, from, bytes, stream), "copying to the GPU");
    }

    /**
     * Copies to the device. The array may be changed when this returns.
     *
     * @param to address on the device
     */
    public void upload(float[] from, long to) {
        for (int first = 0; first < from.length; first += MOST_STAGED) {
            int count = Math.min(MOST_STAGED, from.length - first);
            long place = stage(count);
            staged.write(place, from, first, count);
            upload(staged(place), to + (long) first * Float.BYTES, count);
        }
    }

    /** The same for whole numbers, of which there are few. */
    public void upload(int[] from, long to) {
        long place = stage(from.length);
        staged.write(place, from, 0, from.length);
        upload(staged(place), to, from.length);
    }

    /** Finds room for values of 4 bytes, for which all work may have to be waited for. */
    private long stage(int count) {
        long bytes = (long) count * Float.BYTES;
        if (stagedBytes + bytes > staged.size()) {
            synchronize();
        }
        long place = stagedBytes;
        stagedBytes += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        return place;
    }

    private long staged(long place) {
        return Pointer.nativeValue(staged) + place;
    }

    /**
     * Copies from the device; done after {@link #synchronize}.
     *
     * @param from address on the device
     * @param to address in the process
     * @param length number of values
     */
    public void download(long from, long to, long length) {
        CudaFault.check(
                CudaDriver.cuMemcpyDtoHAsync_v2(to, from, length * Float.BYTES, stream), "copying from the GPU");
    }

    /**
     * A copy of values of the device, after all that was given before is done.
     *
     * @param from address on the device
     */
    public float[] download(long from, int length) {
        float[] values = new float[length];
        for (int first = 0; first < length; first += MOST_STAGED) {
            int count = Math.min(MOST_STAGED, length - first);
            long place = stage(count);
            download(from + (long) first * Float.BYTES, staged(place), count);
            synchronize();
            staged.read(place, values, first, count);
        }
        return values;
    }

    /** Waits until all is done. */
    public void synchronize() {
        CudaFault.check(CudaDriver.cuStreamSynchronize(stream), "computing");
        stagedBytes = 0;
    }

    /** Marks the point between what was given so far and what follows. */
    public void record(CudaEvent event) {
        CudaFault.check(CudaDriver.cuEventRecord(event.handle(), stream), "computing");
    }

    /** Has what follows wait until what was before the event is done. */
    public void await(CudaEvent event) {
        CudaFault.check(CudaDriver.cuStreamWaitEvent(stream, event.handle(), 0), "computing");
    }

    /** Waits until nothing uses the memory of the process any more, whatever has failed. */
    @Override
    public void close() {
        if (context.isUsable()) {
            CudaDriver.cuStreamSynchronize(stream);
            CudaDriver.cuStreamDestroy_v2(stream);
        }
    }
}
