package org.finetune.data.decode.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/** The image formats that are decoded. A file's format is told by its content, never by its name. */
public enum ImageFormat {
    JPEG("JPEG"),
    PNG("PNG"),
    BMP("BMP"),
    GIF("GIF"),
    WEBP("WebP"),
    TIFF("TIFF");

    /** Bytes at the beginning of a file that are enough to tell its format. */
    public static final int SIGNATURE_BYTES = 256;

    /** Sizes of the second header of BMP files, by which they are told from texts that begin with BM. */
    private static final Set<Integer> BMP_HEADERS = Set.of(12, 16, 40, 52, 56, 64, 108, 124);

    private static final int BMP_HEADER_OFFSET = 14;

    private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private final String label;

    ImageFormat(String label) {
        this.label = label;
    }

    /** Name for messages. */
    public String label() {
        return label;
    }

    /**
     * The format of a file's content.
     *
     * @throws ImageDecodeException if it is none of these
     */
    static ImageFormat of(byte[] file) throws ImageDecodeException {
        if (file.length == 0) {
            throw new ImageDecodeException("empty file");
        }
        ImageFormat format = find(file);
        if (format == null) {
            byte[] start = Arrays.copyOf(file, Math.min(file.length, SIGNATURE_BYTES));
            throw new ImageDecodeException(
                    UnreadFormat.of(start, "").map(UnreadFormat::reason).orElse("not an image of a known format"));
        }
        return format;
    }

    /**
     * Whether a file is an image of one of these formats.
     *
     * @param start its first {@link #SIGNATURE_BYTES} bytes, or all it has
     */
    public static boolean isDecoded(byte[] start) {
        ImageFormat format = find(start);
        return format != null
                && (format != BMP
                        || (start.length > BMP_HEADER_OFFSET && BMP_HEADERS.contains((int) start[BMP_HEADER_OFFSET])));
    }

    private static ImageFormat find(byte[] file) {
        if (startsWith(file, 0, (byte) 0xff, (byte) 0xd8, (byte) 0xff)) {
            return JPEG;
        }
        if (startsWith(file, 0, PNG_SIGNATURE)) {
            return PNG;
        }
        if (startsWith(file, 0, ascii("GIF87a")) || startsWith(file, 0, ascii("GIF89a"))) {
            return GIF;
        }
        if (startsWith(file, 0, ascii("RIFF")) && startsWith(file, 8, ascii("WEBP"))) {
            return WEBP;
        }
        if (startsWith(file, 0, ascii("BM"))) {
            return BMP;
        }
        // What Canon's cameras mark so is a raw photo.
        if (isTiff(file) && !startsWith(file, 8, ascii("CR"))) {
            return TIFF;
        }
        return null;
    }

    /** Whether a file begins as those of TIFF do, with which raw photos of some makers and BigTIFF begin too. */
    static boolean isTiff(byte[] start) {
        return startsWith(start, 0, ascii("II*\0"))
                || startsWith(start, 0, ascii("MM\0*"))
                || startsWith(start, 0, ascii("II+\0"))
                || startsWith(start, 0, ascii("MM\0+"));
    }

    static boolean startsWith(byte[] file, int offset, byte... signature) {
        return file.length >= offset + signature.length
                && Arrays.equals(file, offset, offset + signature.length, signature, 0, signature.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
