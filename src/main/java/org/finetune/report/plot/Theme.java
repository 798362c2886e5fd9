package org.finetune.report.plot;

import java.awt.Color;

/** Colours of plots on light and on dark pages; of Okabe and Ito's palette, which colour-blind eyes tell apart. */
enum Theme {
    LIGHT(0xffffff, 0x3b4048, 0xe4e7eb, 0x0072b2, 0xd55e00, 0x56b4e9),
    DARK(0x1b1f24, 0xc9ced6, 0x343a42, 0x56b4e9, 0xe69f00, 0x56b4e9);

    /** By theme. */
    private static final int[][] RUNS = {
        {0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0x8a6d00}, {0x56b4e9, 0xe69f00, 0x2fc79c, 0xe3a5c7, 0xf0e442}
    };

    private final Color background;
    private final Color ink;
    private final Color grid;
    private final Color validation;
    private final Color training;
    private final Color full;

    Theme(int background, int ink, int grid, int validation, int training, int full) {
        this.background = new Color(background);
        this.ink = new Color(ink);
        this.grid = new Color(grid);
        this.validation = new Color(validation);
        this.training = new Color(training);
        this.full = new Color(full);
    }

    Color background() {
        return background;
    }

    Color ink() {
        return ink;
    }

    Color grid() {
        return grid;
    }

    /** Of what is measured on validation photos. */
    Color validation() {
        return validation;
    }

    /** Of what is measured on training photos. */
    Color training() {
        return training;
    }

    /** Of a run among several; from the sixth on the colours begin again. */
    Color run(int index) {
        return new Color(RUNS[ordinal()][index % RUNS[ordinal()].length]);
    }

    /** Of the cells of a heat map that stand for all; those for none have the background. */
    Color full() {
        return full;
    }
}
