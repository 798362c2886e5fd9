package org.finetune.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Changes of a zip after which programs that read the headers before the entries, and programs that read the directory at
 * the end, find different things in it.
 */
final class ZipViews {
    private static final int DESCRIPTOR_BYTES = 16;
    private static final int END_BYTES = 22;

    private final byte[] zip;
    private final List<Entry> entries = new ArrayList<>();
    private final int directory;
    private final int end;

    /** Bytes to be put into a zip, by their positions. */
    record Patch(String what, Map<Integer, byte[]> bytes) {}

    /** A whole zip. */
    record Changed(String what, byte[] zip) {}

    /** A number or text somewhere in a zip. */
    private record Field(String what, int position, int length) {}

    /** Where an entry has its header, its content's end and its header in the directory. */
    private record Entry(int local, int contentEnd, int listed, int name, int extra) {
        int end() {
            return contentEnd + DESCRIPTOR_BYTES;
        }
    }

    /**
     * Takes a zip apart.
     *
     * @param zip as {@link java.util.zip.ZipOutputStream} writes it
     */
    ZipViews(byte[] zip) {
        this.zip = zip;
        ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        end = zip.length - END_BYTES;
        directory = bytes.getInt(end + 16);
        for (int listed = directory; listed < end; ) {
            int name = bytes.getShort(listed + 28);
            int extra = bytes.getShort(listed + 30);
            int local = bytes.getInt(listed + 42);
            entries.add(new Entry(local, local + 30 + name + extra + bytes.getInt(listed + 20), listed, name, extra));
            listed += 46 + name + extra;
        }
    }

    /** Each field of each header and of the end, with each of its bits flipped, with zeros and with ones. */
    Stream<Patch> disagreements() {
        return Stream.concat(
                        entries.stream()
                                .flatMap(entry ->
                                        Stream.of(localFields(entry), descriptorFields(entry), listedFields(entry))),
                        Stream.of(endFields()))
                .flatMap(List::stream)
                .flatMap(field -> Stream.concat(flipped(field), extremes(field))
                        .filter(value -> !Arrays.equals(value, current(field)))
                        .map(value -> new Patch(field.what(), Map.of(field.position(), value))));
    }

    /** Each field that is there twice, with zeros and with ones in both places, in all entries. */
    Stream<Patch> agreements() {
        return Stream.of("version", "flags", "method", "time", "date", "crc", "packed", "size")
                .flatMap(what -> Stream.of((byte) 0, (byte) -1).map(value -> new Patch(what, everywhere(what, value))));
    }

    private Map<Integer, byte[]> everywhere(String what, byte value) {
        Map<Integer, byte[]> bytes = new LinkedHashMap<>();
        for (Entry entry : entries) {
            // Checksum and sizes are in the header before the content only if nothing follows it.
            boolean after = List.of("crc", "packed", "size").contains(what);
            for (List<Field> fields :
                    List.of(after ? descriptorFields(entry) : localFields(entry), listedFields(entry))) {
                Field field = fields.stream()
                        .filter(candidate -> candidate.what().endsWith(" " + what))
                        .findFirst()
                        .orElseThrow();
                bytes.put(field.position(), filled(field.length(), value));
            }
        }
        return bytes;
    }

    private Stream<byte[]> flipped(Field field) {
        return IntStream.range(0, 8 * field.length()).mapToObj(bit -> {
            byte[] value = current(field);
            value[bit / 8] ^= (byte) (1 << bit % 8);
            return value;
        });
    }

    private Stream<byte[]> extremes(Field field) {
        Stream<byte[]> numbers = Stream.of(filled(field.length(), (byte) 0), filled(field.length(), (byte) -1));
        if (!field.what().endsWith("name")) {
            return numbers;
        }
        // All have the length of one of a model's entries.
        return Stream.concat(
                numbers,
                Stream.of("../../../x.sh", "preprocessor.bin", "../configuration.x", "CONFIGURATION.JSON")
                        .map(name -> name.getBytes(StandardCharsets.UTF_8))
                        .filter(name -> name.length == field.length()));
    }

    private static byte[] filled(int length, byte value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, value);
        return bytes;
    }

    private byte[] current(Field field) {
        return Arrays.copyOfRange(zip, field.position(), field.position() + field.length());
    }

    private static List<Field> localFields(Entry entry) {
        return fields(
                "local",
                entry.local(),
                List.of(
                        "signature",
                        "version",
                        "flags",
                        "method",
                        "time",
                        "date",
                        "crc",
                        "packed",
                        "size",
                        "name length",
                        "extra length",
                        "name",
                        "extra"),
                4,
                2,
                2,
                2,
                2,
                2,
                4,
                4,
                4,
                2,
                2,
                entry.name(),
                entry.extra());
    }

    private static List<Field> descriptorFields(Entry entry) {
        return fields("descriptor", entry.contentEnd(), List.of("signature", "crc", "packed", "size"), 4, 4, 4, 4);
    }

    private static List<Field> listedFields(Entry entry) {
        return fields(
                "listed",
                entry.listed(),
                List.of(
                        "signature",
                        "made by",
                        "version",
                        "flags",
                        "method",
                        "time",
                        "date",
                        "crc",
                        "packed",
                        "size",
                        "name length",
                        "extra length",
                        "comment length",
                        "disk",
                        "internal",
                        "external",
                        "offset",
                        "name",
                        "extra"),
                4,
                2,
                2,
                2,
                2,
                2,
                2,
                4,
                4,
                4,
                2,
                2,
                2,
                2,
                2,
                4,
                4,
                entry.name(),
                entry.extra());
    }

    private List<Field> endFields() {
        return fields(
                "end",
                end,
                List.of("signature", "disk", "directory disk", "entries", "all entries", "bytes", "offset", "comment"),
                4,
                2,
                2,
                2,
                2,
                4,
                4,
                2);
    }

    private static List<Field> fields(String where, int start, List<String> names, int... lengths) {
        List<Field> fields = new ArrayList<>();
        int position = start;
        for (int i = 0; i < lengths.length; i++) {
            fields.add(new Field(where + " " + names.get(i), position, lengths[i]));
            position += lengths[i];
        }
        return fields;
    }

    /**
     * The zip with another one's entry in every place where the directory need not list it.
     *
     * @param other a zip with one entry
     */
    List<Changed> smuggled(byte[] other) throws IOException {
        byte[] foreign = Arrays.copyOf(other, new ZipViews(other).directory);
        List<Changed> result = new ArrayList<>();
        result.add(new Changed("in front, not counted", joined(foreign, zip)));
        for (Entry entry : entries) {
            result.add(new Changed("before an entry", inserted(entry.local(), foreign)));
            result.add(new Changed("in an entry", insertedBehindContent(entry, foreign)));
        }
        result.add(new Changed("before the directory", inserted(directory, foreign)));
        result.add(new Changed("after the directory", inserted(end, foreign)));
        result.add(new Changed("after the end", joined(zip, foreign)));
        byte[] commented = joined(zip, foreign);
        little(commented).putShort(end + 20, (short) foreign.length);
        result.add(new Changed("as a comment", commented));
        return result;
    }

    /** The zip with bytes at a place, and all that is behind them listed where it is then. */
    private byte[] inserted(int position, byte[] bytes) throws IOException {
        byte[] longer = joined(Arrays.copyOf(zip, position), bytes, Arrays.copyOfRange(zip, position, zip.length));
        Function<Integer, Integer> moved = place -> place < position ? place : place + bytes.length;
        ByteBuffer buffer = little(longer);
        for (Entry entry : entries) {
            buffer.putInt(moved.apply(entry.listed()) + 42, moved.apply(entry.local()));
        }
        buffer.putInt(moved.apply(end) + 16, moved.apply(directory));
        return longer;
    }

    /**
     * The zip with bytes behind the compressed content of an entry, which ends by itself, and behind its true checksum and
     * sizes; others that count the bytes as content follow.
     */
    private byte[] insertedBehindContent(Entry entry, byte[] bytes) throws IOException {
        byte[] longer = inserted(entry.end(), joined(bytes, new byte[DESCRIPTOR_BYTES]));
        int added = bytes.length + DESCRIPTOR_BYTES;
        ByteBuffer buffer = little(longer);
        int packed = buffer.getInt(entry.contentEnd() + 8) + added;
        buffer.put(entry.end() + bytes.length, longer, entry.contentEnd(), DESCRIPTOR_BYTES);
        buffer.putInt(entry.end() + bytes.length + 8, packed);
        buffer.putInt(entry.listed() + added + 20, packed);
        return longer;
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] joined(byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.write(part);
        }
        return all.toByteArray();
    }
}
