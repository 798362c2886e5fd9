package org.finetune.data.decode.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.finetune.data.decode.format.ImageHeader.Piece;

/**
 * The first image file directory of a TIFF file: its fields by their tags. Directories of BigTIFF, in which counts and positions
 * have 64 bits, look the same from outside.
 */
final class TiffDirectory {
    private static final int BIG = 43;
    private static final int CLASSIC_OFFSET = 4;
    private static final int BIG_OFFSET = 8;

    private static final int BYTE = 1;
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int UNDEFINED = 7;
    private static final int IFD = 13;
    private static final int LONG8 = 16;
    private static final Map<Integer, Integer> SIZES = Map.ofEntries(
            Map.entry(BYTE, 1),
            Map.entry(2, 1),
            Map.entry(SHORT, 2),
            Map.entry(LONG, 4),
            Map.entry(5, 8),
            Map.entry(6, 1),
            Map.entry(UNDEFINED, 1),
            Map.entry(8, 2),
            Map.entry(9, 4),
            Map.entry(10, 8),
            Map.entry(11, 4),
            Map.entry(12, 8),
            Map.entry(IFD, 4),
            Map.entry(LONG8, 8),
            Map.entry(17, 8),
            Map.entry(18, 8));

    /** Tag of the field that says what an image is beside others. */
    static final int NEW_SUBFILE_TYPE = 254;

    /** Images that are smaller versions of others, or masks of them. */
    private static final int NO_PAGE = 0b101;
    /** Directories beyond this number are not counted. */
    private static final int MAX_DIRECTORIES = 1000;

    private final ByteBuffer in;
    private final boolean big;
    private final Map<Integer, Field> fields = new HashMap<>();
    private final int pages;

    /** Where the values of a field are. */
    private record Field(int type, long count, long position) {}

    /**
     * Reads the first directory.
     *
     * @throws ImageDecodeException if the file ends before the values of a field do
     * @throws IndexOutOfBoundsException if it ends before the directory does
     */
    TiffDirectory(byte[] file) throws ImageDecodeException {
        in = ByteBuffer.wrap(file).order(file[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        big = in.getShort(2) == BIG;
        long first = offset(big ? BIG_OFFSET : CLASSIC_OFFSET);
        int entries = entries(first);
        for (int i = 0; i < entries; i++) {
            readEntry(entry(first, i));
        }
        pages = countPages(first);
    }

    /** A position in the file, which is beyond its end where it is more than an array can have. */
    private int position(long position) {
        return position < 0 || position > in.limit() ? in.limit() : (int) position;
    }

    /** A position or count that is stored. */
    private long offset(long at) {
        return big ? in.getLong(position(at)) : Integer.toUnsignedLong(in.getInt(position(at)));
    }

    private int entries(long directory) throws ImageDecodeException {
        long entries = big ? in.getLong(position(directory)) : Short.toUnsignedInt(in.getShort(position(directory)));
        if (entries < 1 || entries > 0xffff) {
            throw ImageFormat.TIFF.damaged();
        }
        return (int) entries;
    }

    private long entry(long directory, int index) {
        return directory + (big ? 8 + 20L * index : 2 + 12L * index);
    }

    private void readEntry(long entry) throws ImageDecodeException {
        int at = position(entry);
        int type = Short.toUnsignedInt(in.getShort(at + 2));
        long count = offset(entry + 4);
        int inside = big ? 8 : 4;
        long value = entry + 4 + inside;
        int size = SIZES.getOrDefault(type, 0);
        if (count < 0 || count > in.limit() || size * count > inside && offset(value) < 0) {
            throw ImageFormat.TIFF.truncated();
        }
        long position = size * count > inside ? offset(value) : value;
        if (position + size * count > in.limit()) {
            throw ImageFormat.TIFF.truncated();
        }
        fields.putIfAbsent(tag(entry), new Field(type, count, position));
    }

    private int tag(long entry) {
        return Short.toUnsignedInt(in.getShort(position(entry)));
    }

    /** Follows the directories from one to the next, in no circle. */
    private int countPages(long first) throws ImageDecodeException {
        Set<Long> seen = new HashSet<>();
        int counted = 0;
        for (long directory = first; directory != 0 && seen.size() < MAX_DIRECTORIES && seen.add(directory); ) {
            int entries = entries(directory);
            counted += isPage(directory, entries) ? 1 : 0;
            directory = offset(entry(directory, entries));
        }
        return counted;
    }

    private boolean isPage(long directory, int entries) {
        // Entries are sorted by their tags.
        for (int i = 0; i < entries && tag(entry(directory, i)) <= NEW_SUBFILE_TYPE; i++) {
            long entry = entry(directory, i);
            if (tag(entry) == NEW_SUBFILE_TYPE) {
                return (in.getInt(position(entry + (big ? 12 : 8))) & NO_PAGE) == 0;
            }
        }
        return true;
    }

    ByteOrder order() {
        return in.order();
    }

    /** Number of images in the file that are neither smaller versions nor masks of others. */
    int pages() {
        return pages;
    }

    boolean has(int tag) {
        return fields.containsKey(tag);
    }

    /**
     * The value of a field that has a single one.
     *
     * @param absent the value where there is no such field
     * @throws ImageDecodeException if it has several, or is no whole number
     */
    long value(int tag, long absent) throws ImageDecodeException {
        long[] values = values(tag, 1);
        return values.length == 0 ? absent : values[0];
    }

    /**
     * The values of a field; none if there is none.
     *
     * @param most the largest number of them
     * @throws ImageDecodeException if it has more, or they are no whole numbers
     */
    long[] values(int tag, int most) throws ImageDecodeException {
        Field field = fields.get(tag);
        if (field == null) {
            return new long[0];
        }
        if (field.count > most) {
            throw ImageFormat.TIFF.damaged();
        }
        long[] values = new long[(int) field.count];
        for (int i = 0; i < values.length; i++) {
            int at = (int) field.position + i * SIZES.getOrDefault(field.type, 0);
            values[i] = switch (field.type) {
                case BYTE -> Byte.toUnsignedLong(in.get(at));
                case SHORT -> Short.toUnsignedLong(in.getShort(at));
                case LONG, IFD -> Integer.toUnsignedLong(in.getInt(at));
                case LONG8 -> in.getLong(at);
                default -> throw ImageFormat.TIFF.damaged();
            };
            if (values[i] < 0) {
                throw ImageFormat.TIFF.damaged();
            }
        }
        return values;
    }

    /** The bytes of a field; none if there is none. */
    Piece bytes(int tag) throws ImageDecodeException {
        Field field = fields.get(tag);
        if (field == null) {
            return new Piece(in.array(), 0, 0);
        }
        if (field.type != UNDEFINED && field.type != BYTE) {
            throw ImageFormat.TIFF.damaged();
        }
        return new Piece(in.array(), (int) field.position, (int) field.count);
    }
}
