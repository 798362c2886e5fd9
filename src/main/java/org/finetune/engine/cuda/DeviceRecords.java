package org.finetune.engine.cuda;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.finetune.backend.cuda.CudaStream;
import org.finetune.backend.cuda.DeviceArray;
import org.finetune.backend.cuda.DeviceArrays;
import org.finetune.backend.cuda.DeviceMemoryException;
import org.finetune.engine.Activations;

/** Records that stay on the device once they were used, as many as there is memory for; the others are copied each time. */
final class DeviceRecords implements AutoCloseable {
    private static final int NONE = -1;
    /** Part of the free memory that is left to others. */
    private static final int LEFT = 4;

    private final Activations activations;
    private final HostArray host;
    private final DeviceArray batch;
    private final CudaStream stream;
    private final Operations operations;
    private final int length;
    private final DeviceArrays arrays;
    /** Of each record the place in {@link #memory}, or {@link #NONE}. */
    private final int[] places;

    private DeviceArray memory;
    private DeviceArray placesOfRows;
    private int capacity;
    private int kept;

    /**
     * Takes memory for records.
     *
     * @param host where they are read to
     * @param batch where the rows go
     */
    DeviceRecords(Activations activations, HostArray host, DeviceArray batch, Workspace work) {
        this.activations = activations;
        this.host = host;
        this.batch = batch;
        this.stream = work.stream();
        this.operations = work.operations();
        int rows = Math.toIntExact(host.array().size(0));
        this.length = Math.toIntExact(host.array().length() / rows);
        this.places = new int[activations.count()];
        Arrays.fill(places, NONE);
        this.arrays = new DeviceArrays(work.context());
        long free = work.context().freeMemory();
        long fitting = (free - free / LEFT) / ((long) length * Float.BYTES);
        int wanted = (int) Math.min(places.length, fitting);
        try {
            if (wanted > 0) {
                memory = arrays.take((long) wanted * length);
                placesOfRows = arrays.take(rows);
                capacity = wanted;
            }
        } catch (DeviceMemoryException e) {
            // Others have taken it, and the records are copied each time.
            arrays.close();
        }
    }

    /** Whether a record is on the device, and is not read again. */
    boolean isKept(int record) {
        return places[record] != NONE;
    }

    /** Fills the first rows of the batch. */
    void load(int[] records) {
        int[] missing = IntStream.range(0, records.length)
                .filter(row -> !isKept(records[row]))
                .toArray();
        if (missing.length > 0) {
            read(records, missing);
        }
        int[] rows = Arrays.stream(records).map(record -> places[record]).toArray();
        if (Arrays.stream(rows).anyMatch(place -> place != NONE)) {
            stream.upload(rows, placesOfRows.address());
            operations.gather(memory.address(), placesOfRows.address(), batch.address(), length, rows.length);
        }
    }

    /** Reads the records of some rows, and copies those to the batch for which there is no room to be kept. */
    private void read(int[] records, int[] rows) {
        // What was read before may still be on its way.
        stream.synchronize();
        int[] read = Arrays.stream(rows).map(row -> records[row]).toArray();
        activations.read(read, host.array());
        int fitting = Math.min(read.length, capacity - kept);
        if (fitting > 0) {
            stream.upload(host.at(0), memory.at((long) kept * length), (long) fitting * length);
            for (int i = 0; i < fitting; i++) {
                places[read[i]] = kept + i;
            }
            kept += fitting;
        }
        for (int i = fitting; i < read.length; i++) {
            stream.upload(host.at((long) i * length), batch.at((long) rows[i] * length), length);
        }
    }

    @Override
    public void close() {
        arrays.close();
    }
}
