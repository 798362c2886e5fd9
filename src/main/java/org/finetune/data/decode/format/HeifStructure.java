package org.finetune.data.decode.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.finetune.data.decode.format.ImageHeader.Frame;
import org.finetune.data.decode.format.ImageHeader.Piece;

/**
 * The boxes of a HEIC or AVIF file (ISO/IEC 23008-12) that describe its primary image: which item that is, how large it is after it
 * was cropped and turned, and where the data of all items are.
 *
 * <p>A file that ends before the data of an item do is refused, and one in which an item is larger than the image and could
 * not be a part of it. The decoder gets the whole file, in which the boxes refer to each other by their positions. It applies the
 * turns that the file states; EXIF data repeat them and do not count.
 */
final class HeifStructure {
    /** Kinds of items that are images: of one frame, or made of other items. */
    private static final Set<String> IMAGES = Set.of("hvc1", "av01", "grid", "iden", "iovl");

    /** Most pixels of an item that has more than the image. */
    private static final long MAX_ITEM = 1 << 24;
    /** Of a pixel: frames of 16 bits in two stages, red, green, blue and opacity there, and between the processes. */
    private static final int WORKING_BYTES = 20;

    private static final int MAX_ITEMS = 0xffff;

    private final byte[] file;
    private final ByteBuffer in;
    private final ImageFormat format;
    private final Map<Long, String> types = new HashMap<>();
    private final List<Box> properties = new ArrayList<>();
    private final Map<Long, List<Integer>> associations = new HashMap<>();
    private long primary = -1;
    private boolean premultiplied;

    /** A box, from the first byte behind its header to the first behind the box. */
    private record Box(String type, int start, int end) {}

    private record Size(long width, long height) {
        Size turned() {
            return new Size(/* width= */ height, /* height= */ width);
        }

        long pixels() {
            return Math.multiplyExact(width, height);
        }
    }

    private HeifStructure(byte[] file, ImageFormat format) {
        this.file = file;
        this.in = ByteBuffer.wrap(file);
        this.format = format;
    }

    static ImageHeader read(byte[] file, ImageFormat format) throws ImageDecodeException {
        HeifStructure structure = new HeifStructure(file, format);
        try {
            structure.readMeta();
            return structure.header();
        } catch (ArithmeticException e) {
            throw format.damaged();
        }
    }

    private ImageHeader header() throws ImageDecodeException {
        String type = types.get(primary);
        if (type == null) {
            throw format.damaged();
        }
        if (!IMAGES.contains(type)) {
            throw new ImageDecodeException(format.label() + " of an unsupported kind");
        }
        Size size = size(primary);
        long most = Math.max(storedSize(primary).pixels(), MAX_ITEM);
        for (long item : associations.keySet()) {
            if (storedSize(item).pixels() > most) {
                throw format.damaged();
            }
        }
        int width = Math.toIntExact(size.width);
        int height = Math.toIntExact(size.height);
        return new ImageHeader(
                format,
                width,
                height,
                Orientation.NORMAL,
                new Frame(0, 0, width, height),
                premultiplied ? FourthChannel.PREMULTIPLIED_OPACITY : FourthChannel.OPACITY,
                List.of(),
                List.of(new Piece(file, 0, file.length)),
                WORKING_BYTES);
    }

    private void readMeta() throws ImageDecodeException {
        int position = 0;
        while (position < file.length) {
            Box box = box(position, file.length);
            if (box.type.equals("meta")) {
                // A version and flags precede the boxes in it.
                for (Box inner : boxes(box.start + 4, box.end)) {
                    read(inner);
                }
                return;
            }
            position = box.end;
        }
        throw new ImageDecodeException(format.label() + " without a still image");
    }

    private List<Box> boxes(int start, int end) throws ImageDecodeException {
        List<Box> boxes = new ArrayList<>();
        for (int position = start; position < end; ) {
            Box box = box(position, end);
            if (boxes.size() == MAX_ITEMS) {
                throw format.damaged();
            }
            boxes.add(box);
            position = box.end;
        }
        return boxes;
    }

    private Box box(int position, int limit) throws ImageDecodeException {
        long length = Integer.toUnsignedLong(in.getInt(position));
        int header = 8;
        if (length == 1) {
            length = in.getLong(position + 8);
            header = 16;
        } else if (length == 0) {
            length = (long) limit - position;
        }
        if (length < header) {
            throw format.damaged();
        }
        if (length > limit - position) {
            throw limit == file.length ? format.truncated() : format.damaged();
        }
        return new Box(text(position + 4), position + header, position + (int) length);
    }

    private String text(int position) {
        return new String(file, position, 4, StandardCharsets.ISO_8859_1);
    }

    private int version(Box box) {
        return Byte.toUnsignedInt(in.get(box.start));
    }

    private long uint16(int position) {
        return Short.toUnsignedLong(in.getShort(position));
    }

    private long uint32(int position) {
        return Integer.toUnsignedLong(in.getInt(position));
    }

    private void read(Box box) throws ImageDecodeException {
        int content = box.start + 4;
        switch (box.type) {
            case "pitm" -> primary = version(box) == 0 ? uint16(content) : uint32(content);
            case "iinf" -> {
                for (Box item : boxes(content + (version(box) == 0 ? 2 : 4), box.end)) {
                    readItem(item);
                }
            }
            case "iprp" -> readProperties(box);
            case "iloc" -> checkLocations(box);
            case "iref" -> premultiplied =
                    boxes(content, box.end).stream().anyMatch(reference -> reference.type.equals("prem"));
            default -> {
                // The others do not concern the pixels.
            }
        }
    }

    private void readItem(Box item) throws ImageDecodeException {
        int version = version(item);
        int id = item.start + 4;
        if (item.type.equals("infe") && version >= 2) {
            boolean wide = version > 2;
            types.put(wide ? uint32(id) : uint16(id), text(id + (wide ? 6 : 4)));
        }
    }

    private void readProperties(Box box) throws ImageDecodeException {
        for (Box inner : boxes(box.start, box.end)) {
            if (inner.type.equals("ipco")) {
                properties.addAll(boxes(inner.start, inner.end));
            } else if (inner.type.equals("ipma")) {
                readAssociations(inner);
            }
        }
    }

    /** Which items have which properties. */
    private void readAssociations(Box box) throws ImageDecodeException {
        boolean wideItems = version(box) > 0;
        boolean wideProperties = (in.getInt(box.start) & 1) != 0;
        long entries = uint32(box.start + 4);
        int position = box.start + 8;
        if (entries > MAX_ITEMS) {
            throw format.damaged();
        }
        for (int i = 0; i < entries; i++) {
            long item = wideItems ? uint32(position) : uint16(position);
            position += wideItems ? 4 : 2;
            int count = Byte.toUnsignedInt(in.get(position++));
            if (position + count > box.end) {
                throw format.damaged();
            }
            List<Integer> numbers = new ArrayList<>(count);
            for (int k = 0; k < count; k++) {
                // The highest bit says whether the property must be understood.
                numbers.add(wideProperties ? (int) uint16(position) & 0x7fff : in.get(position) & 0x7f);
                position += wideProperties ? 2 : 1;
            }
            associations.put(item, numbers);
        }
        if (position > box.end) {
            throw format.damaged();
        }
    }

    /** Refuses a file that has not all data of an item; those of some are inside another box. */
    private void checkLocations(Box box) throws ImageDecodeException {
        int version = version(box);
        int content = box.start + 4;
        int offsetBytes = in.get(content) >> 4 & 15;
        int lengthBytes = in.get(content) & 15;
        int baseBytes = in.get(content + 1) >> 4 & 15;
        int indexBytes = version > 0 ? in.get(content + 1) & 15 : 0;
        int wide = version > 1 ? 4 : 2;
        long items = wide == 4 ? uint32(content + 2) : uint16(content + 2);
        int position = content + 2 + wide;
        if (items > MAX_ITEMS) {
            throw format.damaged();
        }
        for (int i = 0; i < items; i++) {
            position += wide;
            boolean inFile = version == 0 || (in.getShort(position) & 15) == 0;
            position += version == 0 ? 2 : 4;
            long base = number(position, baseBytes);
            position += baseBytes;
            long extents = uint16(position);
            position += 2;
            if (extents > 1 && indexBytes + offsetBytes + lengthBytes == 0) {
                throw format.damaged();
            }
            for (int k = 0; k < extents; k++) {
                position += indexBytes;
                long offset = number(position, offsetBytes);
                position += offsetBytes;
                long length = number(position, lengthBytes);
                position += lengthBytes;
                long end = Math.addExact(Math.addExact(base, offset), length);
                if (inFile && end > file.length) {
                    throw format.truncated();
                }
            }
        }
        if (position > box.end) {
            throw format.damaged();
        }
    }

    private long number(int position, int bytes) throws ImageDecodeException {
        long value =
                switch (bytes) {
                    case 0 -> 0;
                    case 4 -> uint32(position);
                    case 8 -> in.getLong(position);
                    default -> throw format.damaged();
                };
        if (value < 0) {
            throw format.damaged();
        }
        return value;
    }

    /** The properties of an item, in the order in which they are applied. */
    private List<Box> properties(long item) throws ImageDecodeException {
        List<Box> its = new ArrayList<>();
        for (int number : associations.getOrDefault(item, List.of())) {
            if (number > properties.size()) {
                throw format.damaged();
            }
            if (number > 0) {
                its.add(properties.get(number - 1));
            }
        }
        return its;
    }

    private Size storedSize(long item) throws ImageDecodeException {
        for (Box property : properties(item)) {
            if (property.type.equals("ispe")) {
                return new Size(uint32(property.start + 4), uint32(property.start + 8));
            }
        }
        return new Size(0, 0);
    }

    /** The size of an item when it was cropped and turned. */
    private Size size(long item) throws ImageDecodeException {
        Size size = storedSize(item);
        for (Box property : properties(item)) {
            if (property.type.equals("clap")) {
                size = cropped(size, property);
            } else if (property.type.equals("irot") && (in.get(property.start) & 1) != 0) {
                size = size.turned();
            }
        }
        return size;
    }

    /** The size of a clean aperture, which is stated in fractions. */
    private Size cropped(Size whole, Box clap) throws ImageDecodeException {
        IntFunction<Long> fraction = index -> {
            long denominator = uint32(clap.start + 8 * index + 4);
            return denominator == 0 ? 0 : Math.round((double) uint32(clap.start + 8 * index) / denominator);
        };
        Size cropped = new Size(fraction.apply(0), fraction.apply(1));
        if (cropped.width > whole.width || cropped.height > whole.height) {
            throw format.damaged();
        }
        return cropped;
    }
}
