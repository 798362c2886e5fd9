package org.finetune.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * The JPEG files that {@code predict --explain} writes. They have a comment by which they are told from photos, should they
 * lie among some.
 */
public final class ActivationMapFile {
    private static final Pattern NAME = Pattern.compile(".*-map(?:-\\d+)?\\.jpg");

    private static final byte[] COMMENT = "finetune: class activation map".getBytes(StandardCharsets.US_ASCII);

    /** The marker of a comment, and the length of what follows including these two bytes. */
    private static final byte[] SEGMENT = {(byte) 0xff, (byte) 0xfe, 0, (byte) (COMMENT.length + 2)};

    /** Where the segment with JFIF's version ends, which has to be the first. */
    private static final int AFTER_JFIF = 20;

    private ActivationMapFile() {}

    /**
     * The name of a map.
     *
     * @param photo name of the photo, without the dot and what follows
     * @param number 1, or a larger one where that name is taken
     */
    public static String name(String photo, int number) {
        return photo + "-map" + (number == 1 ? "" : "-" + number) + ".jpg";
    }

    /**
     * A JPEG file with the comment.
     *
     * @param jpeg the file, which begins with a JFIF segment without a thumbnail
     */
    public static byte[] mark(byte[] jpeg) {
        byte[] marked = Arrays.copyOf(jpeg, jpeg.length + SEGMENT.length + COMMENT.length);
        System.arraycopy(SEGMENT, 0, marked, AFTER_JFIF, SEGMENT.length);
        System.arraycopy(COMMENT, 0, marked, AFTER_JFIF + SEGMENT.length, COMMENT.length);
        System.arraycopy(
                jpeg, AFTER_JFIF, marked, AFTER_JFIF + SEGMENT.length + COMMENT.length, jpeg.length - AFTER_JFIF);
        return marked;
    }

    /** Whether a file can be a map by its name, so that its content is worth a look. */
    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /**
     * Whether a file is a map.
     *
     * @param start its first bytes
     */
    static boolean isMarked(byte[] start) {
        int comment = AFTER_JFIF + SEGMENT.length;
        int end = comment + COMMENT.length;
        return start.length >= end && Arrays.equals(start, comment, end, COMMENT, 0, COMMENT.length);
    }
}
