package org.finetune.data.decode.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The image formats that are decoded. A file's format is told by its content, never by its name. */
public enum ImageFormat {
    JPEG("JPEG"),
    PNG("PNG"),
    BMP("BMP"),
    GIF("GIF"),
    WEBP("WebP");

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
        throw new ImageDecodeException("not an image of a known format");
    }

    private static boolean startsWith(byte[] file, int offset, byte... signature) {
        return file.length >= offset + signature.length
                && Arrays.equals(file, offset, offset + signature.length, signature, 0, signature.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
