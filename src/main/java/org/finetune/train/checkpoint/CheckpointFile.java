package org.finetune.train.checkpoint;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.finetune.run.AtomicFile;
import org.finetune.run.PlainFiles;

/**
 * The format of a checkpoint: eight bytes that name it and its version, the length of the description and the
 * description, the number of arrays, for each its name, length and values, and the CRC-32C of all that. Numbers are
 * big-endian but for the values, which are little-endian float32.
 *
 * <p>A file is untrusted: nothing in it is taken for a length before the checksum is found right and the length is
 * found to fit into the file.
 */
public final class CheckpointFile {
    /** "ftckpt" and the version. */
    private static final long MAGIC = 0x6674636b70740001L;

    private static final int MAX_ARRAYS = 100;
    private static final int BUFFER = 1 << 16;

    private CheckpointFile() {}

    /**
     * Writes a file so that it appears whole or not at all.
     *
     * @param durable whether it is to survive a power failure too
     */
    public static void write(Path file, Snapshot snapshot, boolean durable) {
        AtomicFile.write(file, out -> write(out, snapshot), durable);
    }

    private static void write(OutputStream out, Snapshot snapshot) throws IOException {
        CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32C());
        DataOutputStream data = new DataOutputStream(checked);
        data.writeLong(MAGIC);
        data.writeInt(snapshot.description().length);
        data.write(snapshot.description());
        data.writeInt(snapshot.arrays().size());
        for (Map.Entry<String, float[]> array : snapshot.arrays().entrySet()) {
            data.writeUTF(array.getKey());
            data.writeInt(array.getValue().length);
            writeValues(data, array.getValue());
        }
        data.writeLong(checked.getChecksum().getValue());
        data.flush();
    }

    private static void writeValues(OutputStream out, float[] values) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < values.length; from += BUFFER / Float.BYTES) {
            int count = Math.min(BUFFER / Float.BYTES, values.length - from);
            buffer.asFloatBuffer().put(values, from, count);
            out.write(buffer.array(), 0, count * Float.BYTES);
        }
    }

    /**
     * Reads a file.
     *
     * @throws IOException saying in a few words what is wrong with it
     */
    public static Snapshot read(Path file) throws IOException {
        long length = Files.size(file);
        requireChecksum(file, length);
        try (DataInputStream in = open(file)) {
            // A length that is larger than the rest of the file fails before it is allocated.
            long left = length - Long.BYTES;
            check(in.readLong() == MAGIC, "it was written by another version");
            left -= Long.BYTES;
            byte[] description = new byte[length(in, left)];
            in.readFully(description);
            left -= Integer.BYTES + description.length;
            int count = in.readInt();
            check(count >= 0 && count <= MAX_ARRAYS, "it has " + count + " arrays");
            Map<String, float[]> arrays = new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                String name = in.readUTF();
                arrays.put(name, values(in, length(in, left / Float.BYTES)));
            }
            check(in.skip(Long.BYTES) == Long.BYTES && in.read() < 0, "it has trailing data");
            return new Snapshot(description, arrays);
        }
    }

    private static DataInputStream open(Path file) throws IOException {
        return new DataInputStream(new BufferedInputStream(PlainFiles.read(file), BUFFER));
    }

    private static void requireChecksum(Path file, long length) throws IOException {
        check(length >= 2 * Long.BYTES, "it is truncated");
        try (InputStream in = PlainFiles.read(file)) {
            CheckedInputStream checked = new CheckedInputStream(in, new CRC32C());
            byte[] buffer = new byte[BUFFER];
            for (long left = length - Long.BYTES; left > 0; ) {
                int read = checked.read(buffer, 0, (int) Math.min(left, buffer.length));
                check(read > 0, "it is truncated");
                left -= read;
            }
            check(new DataInputStream(in).readLong() == checked.getChecksum().getValue(), "its checksum is wrong");
        }
    }

    private static int length(DataInputStream in, long most) throws IOException {
        int length = in.readInt();
        check(length >= 0 && length <= most, "it is shorter than its header says");
        return length;
    }

    private static float[] values(DataInputStream in, int length) throws IOException {
        float[] values = new float[length];
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < length; from += BUFFER / Float.BYTES) {
            int count = Math.min(BUFFER / Float.BYTES, length - from);
            in.readFully(buffer.array(), 0, count * Float.BYTES);
            buffer.asFloatBuffer().get(values, from, count);
        }
        return values;
    }

    private static void check(boolean right, String problem) throws IOException {
        if (!right) {
            throw new IOException(problem);
        }
    }
}
