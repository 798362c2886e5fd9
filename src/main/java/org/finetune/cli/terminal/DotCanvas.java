package org.finetune.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** A drawing of dots in text: of eight dots a character in Braille, or of one as an asterisk. */
final class DotCanvas {
    private static final char BRAILLE = '\u2800';
    /** The bit of each dot of a Braille character, by row and column. */
    private static final int[][] BITS = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

    private final boolean unicode;
    private final boolean[][] dots;

    /**
     * An empty drawing.
     *
     * @param width characters of a line
     * @param height number of lines
     * @param unicode whether Braille can be used
     */
    DotCanvas(int width, int height, boolean unicode) {
        this.unicode = unicode;
        this.dots = new boolean[height * (unicode ? 4 : 1)][width * (unicode ? 2 : 1)];
    }

    /** Dots from left to right. */
    int columns() {
        return dots[0].length;
    }

    /** Dots from top to bottom. */
    int rows() {
        return dots.length;
    }

    /** Draws a straight line between two dots, both of them included. */
    void line(int column1, int row1, int column2, int row2) {
        int steps = Math.max(1, Math.max(Math.abs(column2 - column1), Math.abs(row2 - row1)));
        for (int step = 0; step <= steps; step++) {
            dots[row1 + Math.round((row2 - row1) * (float) step / steps)][
                    column1 + Math.round((column2 - column1) * (float) step / steps)] = true;
        }
    }

    /** The lines of text. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < dots.length; row += unicode ? 4 : 1) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < columns(); column += unicode ? 2 : 1) {
                line.append(unicode ? braille(row, column) : dots[row][column] ? '*' : ' ');
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private char braille(int row, int column) {
        int bits = 0;
        for (int r = 0; r < 4; r++) {
            for (int c = 0; c < 2; c++) {
                bits |= dots[row + r][column + c] ? BITS[r][c] : 0;
            }
        }
        return bits == 0 ? ' ' : (char) (BRAILLE + bits);
    }
}
