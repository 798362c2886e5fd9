package org.finetune.data.decode.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** The image formats that are decoded. A file's format is told by its content, never by its name. */
public enum ImageFormat {
    JPEG("JPEG"),
    PNG("PNG"),
    BMP("BMP"),
    GIF("GIF"),
    WEBP("WebP"),
    TIFF("TIFF"),
    HEIC("HEIC"),
    AVIF("AVIF");

    /** Bytes at the beginning of a file that are enough to tell its format. */
    public static final int SIGNATURE_BYTES = 256;

    /** Sizes of the second header of BMP files, by which they are told from texts that begin with BM. */
    private static final Set<Integer> BMP_HEADERS = Set.of(12, 16, 40, 52, 56, 64, 108, 124);

    private static final int BMP_HEADER_OFFSET = 14;

    private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    /** Brands of files of the ISO base media format. */
    private static final Set<String> HEIC_BRANDS = Set.of("heic", "heix", "heim", "heis", "hevc", "hevx");

    private static final Set<String> AVIF_BRANDS = Set.of("avif", "avis");
    private static final Set<String> GENERAL_BRANDS = Set.of("mif1", "msf1");

    private final String label;

    ImageFormat(String label) {
        this.label = label;
    }

    /** Name for messages. */
    public String label() {
        return label;
    }

    /** Returns the refusal of a file that contradicts itself or the standard. */
    ImageDecodeException damaged() {
        return new ImageDecodeException("damaged " + label);
    }

    /** Returns the refusal of a file that ends before it says that it does. */
    ImageDecodeException truncated() {
        return new ImageDecodeException("truncated " + label);
    }

    /** Returns the refusal of a file whose image has no rows or no columns. */
    ImageDecodeException withoutPixels() {
        return new ImageDecodeException(label + " without pixels");
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
        Optional<ImageFormat> format = find(file);
        if (format.isEmpty()) {
            byte[] start = Arrays.copyOf(file, Math.min(file.length, SIGNATURE_BYTES));
            throw new ImageDecodeException(
                    UnreadFormat.of(start, "").map(UnreadFormat::reason).orElse("not an image of a known format"));
        }
        return format.get();
    }

    /**
     * Whether a file is an image of one of these formats.
     *
     * @param start its first {@link #SIGNATURE_BYTES} bytes, or all it has
     */
    public static boolean isDecoded(byte[] start) {
        return find(start)
                .filter(format -> format != BMP
                        || start.length > BMP_HEADER_OFFSET && BMP_HEADERS.contains((int) start[BMP_HEADER_OFFSET]))
                .isPresent();
    }

    private static Optional<ImageFormat> find(byte[] file) {
        if (startsWith(file, 0, (byte) 0xff, (byte) 0xd8, (byte) 0xff)) {
            return Optional.of(JPEG);
        }
        if (startsWith(file, 0, PNG_SIGNATURE)) {
            return Optional.of(PNG);
        }
        if (startsWith(file, 0, ascii("GIF87a")) || startsWith(file, 0, ascii("GIF89a"))) {
            return Optional.of(GIF);
        }
        if (startsWith(file, 0, ascii("RIFF")) && startsWith(file, 8, ascii("WEBP"))) {
            return Optional.of(WEBP);
        }
        if (startsWith(file, 0, ascii("BM"))) {
            return Optional.of(BMP);
        }
        // What Canon's cameras mark so is a raw photo.
        if (isTiff(file) && !startsWith(file, 8, ascii("CR"))) {
            return Optional.of(TIFF);
        }
        return findMedia(file);
    }

    /** The format of a file that begins with its brands: where the major one is general, the compatible ones tell. */
    private static Optional<ImageFormat> findMedia(byte[] file) {
        String brand = brand(file);
        boolean general = GENERAL_BRANDS.contains(brand);
        if (AVIF_BRANDS.contains(brand) || general && isCompatibleWithAvif(file)) {
            return Optional.of(AVIF);
        }
        return general || HEIC_BRANDS.contains(brand) ? Optional.of(HEIC) : Optional.empty();
    }

    private static boolean isCompatibleWithAvif(byte[] file) {
        int end = Math.min(ByteBuffer.wrap(file).getInt(), Math.min(file.length, SIGNATURE_BYTES));
        return IntStream.iterate(16, at -> at + 4 <= end, at -> at + 4)
                .anyMatch(at -> AVIF_BRANDS.stream().anyMatch(brand -> startsWith(file, at, ascii(brand))));
    }

    /** The major brand of a file of the ISO base media format; "" of others. */
    static String brand(byte[] start) {
        return start.length >= 12 && startsWith(start, 4, ascii("ftyp"))
                ? new String(start, 8, 4, StandardCharsets.ISO_8859_1)
                : "";
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
