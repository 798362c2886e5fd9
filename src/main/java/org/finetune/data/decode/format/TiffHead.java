package org.finetune.data.decode.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.finetune.data.decode.format.ImageHeader.Piece;

/** What precedes the pixels in a TIFF file of a single image: its header and directory. */
final class TiffHead {
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int HEADER_LENGTH = 8;
    private static final int ENTRY_LENGTH = 12;

    private final ByteOrder order;
    private final Map<Integer, Field> fields = new TreeMap<>();

    private record Field(int type, long[] values) {
        int length() {
            return values.length * (type == SHORT ? Short.BYTES : Integer.BYTES);
        }

        void put(ByteBuffer out) {
            for (long value : values) {
                if (type == SHORT) {
                    out.putShort((short) value);
                } else {
                    out.putInt((int) value);
                }
            }
        }
    }

    /**
     * A head without fields.
     *
     * @param order order of the bytes of its numbers, and of those of the pixels
     */
    TiffHead(ByteOrder order) {
        this.order = order;
    }

    void addShorts(int tag, long... values) {
        fields.put(tag, new Field(SHORT, values));
    }

    void addLong(int tag, long value) {
        fields.put(tag, new Field(LONG, new long[] {value}));
    }

    /**
     * The parts of a file: the head and the strips, whose places are added to it.
     *
     * @param offsets tag of their offsets
     * @param lengths tag of their lengths
     */
    List<Piece> withStrips(int offsets, int lengths, List<Piece> strips) {
        long[] places = new long[strips.size()];
        fields.put(offsets, new Field(LONG, places));
        fields.put(
                lengths,
                new Field(LONG, strips.stream().mapToLong(Piece::length).toArray()));
        int outside = HEADER_LENGTH + Short.BYTES + fields.size() * ENTRY_LENGTH + Integer.BYTES;
        int length = fields.values().stream()
                .mapToInt(Field::length)
                .filter(bytes -> bytes > Integer.BYTES)
                .sum();
        long place = (long) outside + length;
        for (int i = 0; i < places.length; i++) {
            places[i] = place;
            place += strips.get(i).length();
        }
        byte[] head = write(outside, length);
        List<Piece> pieces = new ArrayList<>(1 + strips.size());
        pieces.add(new Piece(head, 0, head.length));
        pieces.addAll(strips);
        return pieces;
    }

    /**
     * Writes the head.
     *
     * @param outside where values that do not fit into their entries begin
     * @param length bytes of these
     */
    private byte[] write(int outside, int length) {
        ByteBuffer out = ByteBuffer.allocate(outside + length).order(order);
        byte mark = (byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M');
        out.put(mark).put(mark).putShort((short) 42).putInt(HEADER_LENGTH);
        out.putShort((short) fields.size());
        int next = outside;
        for (Map.Entry<Integer, Field> entry : fields.entrySet()) {
            Field field = entry.getValue();
            out.putShort(entry.getKey().shortValue())
                    .putShort((short) field.type)
                    .putInt(field.values.length);
            int following = out.position() + Integer.BYTES;
            if (field.length() > Integer.BYTES) {
                out.putInt(next);
                out.position(next);
                next += field.length();
            }
            field.put(out);
            out.position(following);
        }
        return out.array();
    }
}
