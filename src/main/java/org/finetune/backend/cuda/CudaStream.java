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

    private final CudaContext context;
    private final long stream;
    /** The values of a kernel's arguments, and their addresses; the driver copies them. */
    private final Memory arguments = new Memory((long) MOST_ARGUMENTS * Long.BYTES);

    private final Memory addresses = new Memory((long) MOST_ARGUMENTS * Long.BYTES);
    private final long addressOfAddresses;

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
     * Copies to the device. Unless it is pinned, the memory may be changed when this returns.
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
     * Copies to the device.
     *
     * @param to address on the device
     */
    public void upload(float[] from, long to) {
        CudaFault.check(
                CudaDriver.cuMemcpyHtoDAsync_v2(to, from, (long) from.length * Float.BYTES, stream),
                "copying to the GPU");
    }

    /** The same for whole numbers. */
    public void upload(int[] from, long to) {
        CudaFault.check(
                CudaDriver.cuMemcpyHtoDAsync_v2(to, from, (long) from.length * Integer.BYTES, stream),
                "copying to the GPU");
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
        CudaFault.check(
                CudaDriver.cuMemcpyDtoHAsync_v2(values, from, (long) length * Float.BYTES, stream),
                "copying from the GPU");
        synchronize();
        return values;
    }

    /** Waits until all is done. */
    public void synchronize() {
        CudaFault.check(CudaDriver.cuStreamSynchronize(stream), "computing");
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
