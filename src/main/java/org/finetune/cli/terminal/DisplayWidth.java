package org.finetune.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import org.jline.utils.WCWidth;

/** How many columns of a terminal text takes: East Asian characters and emoji two, combining marks none. */
public final class DisplayWidth {
    private DisplayWidth() {}

    /** Columns of a text without escape sequences. */
    public static int of(String text) {
        return text.codePoints().map(DisplayWidth::of).sum();
    }

    private static int of(int point) {
        return Math.max(0, WCWidth.wcwidth(point));
    }

    /** The text with blanks after it up to a width. */
    public static String padRight(String text, int width) {
        return text + " ".repeat(Math.max(0, width - of(text)));
    }

    /** The text with blanks before it up to a width. */
    public static String padLeft(String text, int width) {
        return " ".repeat(Math.max(0, width - of(text))) + text;
    }

    /** The text, or as much of its beginning as fits a width with the ellipsis after it. */
    public static String shortenEnd(String text, int width, String ellipsis) {
        return of(text) <= width ? text : beginning(text, width - of(ellipsis)) + ellipsis;
    }

    /** The text, or as much of its end as fits a width with the ellipsis before it: the file name of a path matters most. */
    public static String shortenStart(String text, int width, String ellipsis) {
        if (of(text) <= width) {
            return text;
        }
        int room = width - of(ellipsis);
        int start = text.length();
        while (start > 0) {
            int point = text.codePointBefore(start);
            if (of(point) > room) {
                break;
            }
            room -= of(point);
            start -= Character.charCount(point);
        }
        return ellipsis + text.substring(start);
    }

    private static String beginning(String text, int width) {
        int room = width;
        int end = 0;
        while (end < text.length()) {
            int point = text.codePointAt(end);
            if (of(point) > room) {
                break;
            }
            room -= of(point);
            end += Character.charCount(point);
        }
        return text.substring(0, end);
    }

    /** Breaks a text into lines of at most a width, which is at least 2: at blanks, and longer words wherever needed. */
    public static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!line.isEmpty() && of(line.toString()) + 1 + of(word) > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ");
            String rest = word;
            while (of(rest) > width) {
                String part = beginning(rest, width);
                lines.add(part);
                rest = rest.substring(part.length());
            }
            line.append(rest);
        }
        lines.add(line.toString());
        return lines;
    }
}
