package org.finetune.tensorboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads files of events without any class of the program or of a library, after the descriptions of TFRecord and of
 * protobuf's wire format, with the field numbers of TensorFlow's event.proto and summary.proto.
 */
public final class EventFileReader {
    private static final int CASTAGNOLI = 0x82f63b78;

    private EventFileReader() {}

    /**
     * An event.
     *
     * @param fileVersion or ""
     * @param sessionStatus number of the status in TensorFlow's SessionLog, or 0
     * @param scalars by tag
     */
    public record Entry(double time, long step, String fileVersion, long sessionStatus, Map<String, Float> scalars) {}

    /** A field of a message: a number, or bytes. */
    private record Field(int number, long value, ByteBuffer bytes) {}

    /** Reads all events, and checks the checksums. */
    public static List<Entry> read(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Entry> entries = new ArrayList<>();
        while (in.hasRemaining()) {
            assertEquals(maskedCrc(in.slice(in.position(), 8)), in.getInt(in.position() + 8), "CRC of the length");
            int length = Math.toIntExact(in.getLong());
            in.getInt();
            ByteBuffer data = in.slice(in.position(), length);
            in.position(in.position() + length);
            assertEquals(maskedCrc(data.duplicate()), in.getInt(), "CRC of the data");
            entries.add(event(data));
        }
        return entries;
    }

    private static Entry event(ByteBuffer data) {
        double time = 0;
        long step = 0;
        String version = "";
        long status = 0;
        Map<String, Float> scalars = new TreeMap<>();
        for (Field field : fields(data)) {
            switch (field.number()) {
                case 1 -> time = Double.longBitsToDouble(field.value());
                case 2 -> step = field.value();
                case 3 -> version = UTF_8.decode(field.bytes()).toString();
                case 5 -> fields(field.bytes()).forEach(value -> scalar(value.bytes(), scalars));
                case 7 -> status = fields(field.bytes()).get(0).value();
                default -> throw new AssertionError(field);
            }
        }
        return new Entry(time, step, version, status, scalars);
    }

    private static void scalar(ByteBuffer data, Map<String, Float> scalars) {
        List<Field> fields = fields(data);
        assertEquals(List.of(1, 2), fields.stream().map(Field::number).toList());
        scalars.put(UTF_8.decode(fields.get(0).bytes()).toString(), Float.intBitsToFloat((int)
                fields.get(1).value()));
    }

    private static List<Field> fields(ByteBuffer in) {
        in.order(ByteOrder.LITTLE_ENDIAN);
        List<Field> fields = new ArrayList<>();
        while (in.hasRemaining()) {
            int key = (int) varint(in);
            int number = key >>> 3;
            switch (key & 7) {
                case 0 -> fields.add(new Field(number, varint(in), null));
                case 1 -> fields.add(new Field(number, in.getLong(), null));
                case 2 -> {
                    int length = (int) varint(in);
                    fields.add(new Field(number, 0, in.slice(in.position(), length)));
                    in.position(in.position() + length);
                }
                case 5 -> fields.add(new Field(number, in.getInt(), null));
                default -> throw new AssertionError("wire type of key " + key);
            }
        }
        return fields;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    /** CRC-32C bit by bit, then TensorFlow's mask. */
    private static int maskedCrc(ByteBuffer data) {
        int crc = -1;
        while (data.hasRemaining()) {
            crc ^= data.get() & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : CASTAGNOLI);
            }
        }
        int value = ~crc;
        return ((value >>> 15) | (value << 17)) + 0xa282ead8;
    }
}
