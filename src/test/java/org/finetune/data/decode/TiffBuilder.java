package org.finetune.data.decode;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Writes TIFF files of kinds that other programs hardly make, and broken ones: pixels first, then directories. */
final class TiffBuilder {
    static final int SUBFILE_TYPE = 254;
    static final int WIDTH = 256;
    static final int HEIGHT = 257;
    static final int BITS = 258;
    static final int COMPRESSION = 259;
    static final int PHOTOMETRIC = 262;
    static final int OFFSETS = 273;
    static final int ORIENTATION = 274;
    static final int SAMPLES = 277;
    static final int ROWS_PER_STRIP = 278;
    static final int LENGTHS = 279;
    static final int PLANAR = 284;
    static final int TILE_WIDTH = 322;
    static final int TILE_HEIGHT = 323;
    static final int EXTRA_SAMPLES = 338;
    static final int SAMPLE_FORMAT = 339;

    private static final int TILE_OFFSETS = 324;
    private static final int TILE_LENGTHS = 325;
    private static final int SHORT = 3;
    private static final int LONG = 4;

    private final ByteOrder order;
    private final boolean big;
    private final Map<Integer, Field> fields = new TreeMap<>();
    private final List<byte[]> strips = new ArrayList<>();
    private final List<Integer> following = new ArrayList<>();

    private record Field(int type, int[] values) {}

    /** A file of 32-bit or, as BigTIFF, of 64-bit offsets, with an image of some bands. */
    TiffBuilder(ByteOrder order, boolean big, int width, int height, int samples, int bits) {
        this.order = order;
        this.big = big;
        longs(WIDTH, width).longs(HEIGHT, height).shorts(SAMPLES, samples);
        shorts(BITS, IntStream.generate(() -> bits).limit(samples).toArray());
        shorts(PHOTOMETRIC, samples < 3 ? 1 : 2);
    }

    /** An image of 8 bits. */
    TiffBuilder(int width, int height, int samples) {
        this(ByteOrder.LITTLE_ENDIAN, false, width, height, samples, 8);
    }

    TiffBuilder shorts(int tag, int... values) {
        fields.put(tag, new Field(SHORT, values));
        return this;
    }

    TiffBuilder longs(int tag, int... values) {
        fields.put(tag, new Field(LONG, values));
        return this;
    }

    TiffBuilder strip(byte... bytes) {
        strips.add(bytes);
        return this;
    }

    /** Adds a directory behind the first one, of a kind of image and without pixels. */
    TiffBuilder following(int subfileType) {
        following.add(subfileType);
        return this;
    }

    byte[] end() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[big ? 16 : 8]);
        int[] offsets = new int[strips.size()];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = out.size();
            out.writeBytes(strips.get(i));
        }
        boolean tiled = fields.containsKey(TILE_WIDTH);
        fields.putIfAbsent(tiled ? TILE_OFFSETS : OFFSETS, new Field(LONG, offsets));
        fields.putIfAbsent(
                tiled ? TILE_LENGTHS : LENGTHS,
                new Field(LONG, strips.stream().mapToInt(strip -> strip.length).toArray()));
        int first = out.size();
        directory(out, fields, !following.isEmpty());
        for (int i = 0; i < following.size(); i++) {
            Map<Integer, Field> one = Map.of(SUBFILE_TYPE, new Field(LONG, new int[] {following.get(i)}));
            directory(out, one, i < following.size() - 1);
        }
        byte[] file = out.toByteArray();
        ByteBuffer header = ByteBuffer.wrap(file).order(order);
        byte mark = (byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M');
        header.put(mark).put(mark).putShort((short) (big ? 43 : 42));
        if (big) {
            header.putShort((short) 8).putShort((short) 0).putLong(first);
        } else {
            header.putInt(first);
        }
        return file;
    }

    private void directory(ByteArrayOutputStream out, Map<Integer, Field> content, boolean more) {
        int inside = big ? 8 : 4;
        int end = out.size() + (big ? 8 : 2) + content.size() * (4 + 2 * inside) + inside;
        ByteBuffer entries = ByteBuffer.allocate(end - out.size()).order(order);
        ByteArrayOutputStream outside = new ByteArrayOutputStream();
        if (big) {
            entries.putLong(content.size());
        } else {
            entries.putShort((short) content.size());
        }
        for (Map.Entry<Integer, Field> entry : content.entrySet()) {
            Field field = entry.getValue();
            byte[] values = values(field);
            entries.putShort(entry.getKey().shortValue()).putShort((short) field.type);
            offset(entries, field.values.length);
            if (values.length > inside) {
                offset(entries, end + outside.size());
                outside.writeBytes(values);
            } else {
                entries.put(Arrays.copyOf(values, inside));
            }
        }
        offset(entries, more ? end + outside.size() : 0);
        out.writeBytes(entries.array());
        out.writeBytes(outside.toByteArray());
    }

    private void offset(ByteBuffer entries, int value) {
        if (big) {
            entries.putLong(value);
        } else {
            entries.putInt(value);
        }
    }

    private byte[] values(Field field) {
        ByteBuffer values = ByteBuffer.allocate(field.values.length * (field.type == SHORT ? 2 : 4))
                .order(order);
        for (int value : field.values) {
            if (field.type == SHORT) {
                values.putShort((short) value);
            } else {
                values.putInt(value);
            }
        }
        return values.array();
    }
}
