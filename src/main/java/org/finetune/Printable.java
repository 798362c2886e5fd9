package org.finetune;

/** Makes text from outside, such as file names, safe to show on a terminal, in a table and on a page. */
public final class Printable {
    private Printable() {}

    /**
     * Replaces what a terminal would act on instead of showing it (control characters, line and paragraph separators,
     * changes of the writing direction, halves of surrogate pairs) by an escape such as <code>&#92;u001b</code>.
     */
    public static String of(String text) {
        if (isSafe(text)) {
            return text;
        }
        StringBuilder safe = new StringBuilder();
        text.codePoints().forEach(point -> {
            if (isUnsafe(point)) {
                safe.append(String.format("\\u%04x", point));
            } else {
                safe.appendCodePoint(point);
            }
        });
        return safe.toString();
    }

    /** Whether a text has nothing that {@link #of} replaces. */
    public static boolean isSafe(String text) {
        return text.codePoints().noneMatch(Printable::isUnsafe);
    }

    private static boolean isUnsafe(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            case Character.FORMAT -> isDirection(point);
            default -> false;
        };
    }

    private static boolean isDirection(int point) {
        return point == 0x061c
                || (point >= 0x200e && point <= 0x200f)
                || (point >= 0x202a && point <= 0x202e)
                || (point >= 0x2066 && point <= 0x2069);
    }
}
