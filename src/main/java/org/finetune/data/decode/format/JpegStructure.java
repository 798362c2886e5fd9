package org.finetune.data.decode.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.finetune.data.decode.format.ImageHeader.Frame;
import org.finetune.data.decode.format.ImageHeader.Piece;

/**
 * The marker segments of a JPEG file (ITU-T T.81, annex B), from the first to the end marker.
 *
 * <p>A file without an end marker is refused: the decoder would leave the missing part grey. So is one whose tables, frame or
 * scans contradict the standard or each other ({@link JpegSegments}), so that the decoder, which is native code, never sees such.
 * Damage inside the compressed data of a complete file is tolerated, as by other decoders: it goes on at the next restart
 * marker. Only the segments that affect the pixels reach the decoder, and where the height stands behind the first scan, it is put
 * into the frame.
 */
final class JpegStructure {
    /** Most scans of a file; progressive ones have about ten. Each takes a pass over all of the image. */
    private static final int MAX_SCANS = 100;
    /** Most parts of a file that reach the decoder: its scans, and before each some tables. */
    private static final int MAX_PIECES = 100 * MAX_SCANS;

    private static final int RST0 = 0xd0;
    private static final int RST7 = 0xd7;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int APP0 = 0xe0;
    private static final int APP1 = 0xe1;
    private static final int APP14 = 0xee;
    private static final int APP15 = 0xef;
    private static final int COM = 0xfe;
    private static final int TEM = 0x01;
    private static final int HEIGHT_IN_FRAME = 5;
    /** Content of an Adobe segment that the decoder heeds. */
    private static final int ADOBE_LENGTH = 12;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private static final Piece START = piece(0xff, 0xd8);

    /** A plain JFIF segment, which says that colours are YCbCr; in place of the file's own, which may be odd. */
    private static final Piece JFIF = piece(0xff, APP0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0);

    /** A plain Adobe segment, which says that colours are RGB. */
    private static final Piece ADOBE_RGB =
            piece(0xff, APP14, 0, 2 + ADOBE_LENGTH, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0);

    private final byte[] file;
    /** What says which colours the image has, in place of the file's own. */
    private final Optional<Piece> colors;

    private final ByteBuffer in;
    private final JpegSegments segments;
    private final List<Piece> pieces = new ArrayList<>();
    private Orientation orientation = Orientation.NORMAL;
    private boolean exifSeen;
    private int scans;
    private int framePiece;

    private JpegStructure(byte[] file, Optional<Piece> colors) {
        this.file = file;
        this.colors = colors;
        this.in = ByteBuffer.wrap(file);
        this.segments = new JpegSegments(in);
    }

    static ImageHeader read(byte[] file) throws ImageDecodeException {
        return new JpegStructure(file, Optional.empty()).read();
    }

    /**
     * Reads an image that is a part of another file, which says what its colours are.
     *
     * @param tables a JPEG file of nothing but tables, which the image need not have then; may be empty
     * @param components number of the image's components
     * @param rgb whether those of three are red, green and blue
     * @throws ImageDecodeException as for whole files, or if there are other components
     */
    static ImageHeader readPart(Piece tables, Piece image, int components, boolean rgb) throws ImageDecodeException {
        List<Piece> parts = new ArrayList<>(List.of(START));
        if (tables.length() > 0) {
            parts.add(inside(tables, 2));
        }
        parts.add(inside(image, 0));
        JpegStructure structure = new JpegStructure(Piece.join(parts), Optional.of(rgb ? ADOBE_RGB : JFIF));
        ImageHeader header = structure.read();
        if (structure.segments.components() != components) {
            throw ImageFormat.JPEG.damaged();
        }
        return header;
    }

    /** A file without its start marker, and without a number of bytes at its end. */
    private static Piece inside(Piece file, int end) throws ImageDecodeException {
        if (file.length() < 2 + end
                || file.bytes()[file.offset()] != START.bytes()[0]
                || file.bytes()[file.offset() + 1] != START.bytes()[1]) {
            throw ImageFormat.JPEG.damaged();
        }
        return new Piece(file.bytes(), file.offset() + 2, file.length() - 2 - end);
    }

    private ImageHeader read() throws ImageDecodeException {
        readSegments();
        completeFrame();
        return new ImageHeader(
                ImageFormat.JPEG,
                segments.width(),
                segments.height(),
                orientation,
                new Frame(0, 0, segments.width(), segments.height()),
                FourthChannel.UNUSED,
                List.of(),
                pieces,
                segments.isProgressive() || scans > 1 ? segments.coefficientBytes() : 0);
    }

    /** Puts the number of lines that a segment behind the first scan has into the frame, where the decoder looks for it. */
    private void completeFrame() throws ImageDecodeException {
        if (segments.height() > 0) {
            return;
        }
        segments.takeHeightFromLines();
        Piece frame = pieces.get(framePiece);
        byte[] complete = Arrays.copyOfRange(file, frame.offset(), frame.offset() + frame.length());
        ByteBuffer.wrap(complete).putShort(HEIGHT_IN_FRAME, (short) segments.height());
        pieces.set(framePiece, new Piece(complete, 0, complete.length));
    }

    private void readSegments() throws ImageDecodeException {
        pieces.add(START);
        colors.ifPresent(pieces::add);
        int position = 2;
        while (true) {
            int marker = markerAt(position);
            while (marker < 0) {
                marker = markerAt(++position);
            }
            int content = position + 2;
            if (marker == EOI) {
                if (scans == 0) {
                    throw ImageFormat.JPEG.damaged();
                }
                pieces.add(new Piece(file, position, 2));
                return;
            }
            if (marker == TEM || marker >= RST0 && marker <= RST7) {
                position = content;
                continue;
            }
            int length = Short.toUnsignedInt(in.getShort(content));
            int end = content + length;
            if (length < 2 || end > file.length) {
                throw length < 2 ? ImageFormat.JPEG.damaged() : ImageFormat.JPEG.truncated();
            }
            if (marker == SOS) {
                segments.readScan(content + 2, length - 2);
                if (++scans > MAX_SCANS) {
                    throw new ImageDecodeException("JPEG of more than " + MAX_SCANS + " scans");
                }
                end = endOfScan(end);
                pieces.add(new Piece(file, position, end - position));
            } else {
                readSegment(marker, position, content + 2, length - 2);
            }
            position = end;
        }
    }

    /** The marker at a position, or -1 if there is none; 0xff bytes may precede it. */
    private int markerAt(int position) {
        if (file[position] != (byte) 0xff) {
            return -1;
        }
        int marker = Byte.toUnsignedInt(file[position + 1]);
        return marker == 0 || marker == 0xff ? -1 : marker;
    }

    private void readSegment(int marker, int start, int content, int length) throws ImageDecodeException {
        Piece segment = new Piece(file, start, length + 4);
        if (marker >= APP0 && marker <= APP15 || marker == COM) {
            if (marker == APP1 && !exifSeen && ExifOrientation.hasPrefix(file, content)) {
                exifSeen = true;
                orientation = ExifOrientation.read(file, content, length);
            } else if (colors.isEmpty() && marker == APP0 && length >= 5 && hasPrefix(content, "JFIF\0")) {
                add(JFIF);
            } else if (colors.isEmpty() && marker == APP14 && length >= ADOBE_LENGTH && hasPrefix(content, "Adobe")) {
                add(segment);
            }
            return;
        }
        segments.read(marker, content, length);
        if (JpegSegments.isFrame(marker)) {
            framePiece = pieces.size();
        }
        if (marker != JpegSegments.DNL) {
            add(segment);
        }
    }

    private void add(Piece piece) throws ImageDecodeException {
        if (pieces.size() == MAX_PIECES) {
            throw ImageFormat.JPEG.damaged();
        }
        pieces.add(piece);
    }

    private boolean hasPrefix(int offset, String prefix) {
        return new String(file, offset, prefix.length(), StandardCharsets.ISO_8859_1).equals(prefix);
    }

    /** The position of the marker that follows a scan's compressed data, in which 0xff is followed by 0 or is a restart. */
    private int endOfScan(int start) {
        int position = start;
        while (true) {
            position = nextFf(position);
            int next = Byte.toUnsignedInt(file[position + 1]);
            if (next == 0xff) {
                position++;
            } else if (next == 0 || next >= RST0 && next <= RST7) {
                position += 2;
            } else {
                return position;
            }
        }
    }

    /** The position of the next byte 0xff; eight are looked at together. */
    private int nextFf(int start) {
        int position = start;
        while (position <= file.length - Long.BYTES) {
            // A byte of the complement is zero where the original is 0xff (Warren, "Hacker's Delight", 6-1).
            long zeros = ~(long) LONGS.get(file, position);
            if ((zeros - 0x0101010101010101L & ~zeros & 0x8080808080808080L) != 0) {
                break;
            }
            position += Long.BYTES;
        }
        while (file[position] != (byte) 0xff) {
            position++;
        }
        return position;
    }

    private static Piece piece(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return new Piece(bytes, 0, bytes.length);
    }
}
