package org.finetune.engine.cuda;

import java.util.Arrays;
import java.util.Comparator;

/** The tiles in which kernels compute matrix products. They do not change a bit of the result. */
enum Tile {
    WIDE(128, 128, 1.0),
    SQUARE(64, 64, 0.8),
    NARROW(128, 32, 0.7);

    /** As many blocks keep a large GPU busy. */
    private static final double ENOUGH_BLOCKS = 264;

    private final int rows;
    private final int columns;
    /** Speed of full tiles, as a share of that of the largest: the fewer values of its operands a tile reads again, the faster. */
    private final double speed;

    Tile(int rows, int columns, double speed) {
        this.rows = rows;
        this.columns = columns;
        this.speed = speed;
    }

    /**
     * The tile for a product.
     *
     * @param parts number of parts into which its depth is divided
     */
    static Tile of(int rows, int columns, int parts) {
        return Arrays.stream(values())
                .max(Comparator.comparingDouble(tile -> tile.score(rows, columns, parts)))
                .orElseThrow();
    }

    private double score(int wantedRows, int wantedColumns, int parts) {
        double blocks = blocks(wantedRows, wantedColumns);
        double used = (double) wantedRows * wantedColumns / (blocks * rows * columns);
        return speed * used * Math.min(1, blocks * parts / ENOUGH_BLOCKS);
    }

    /** Number of tiles of a product. */
    int blocks(int wantedRows, int wantedColumns) {
        return Math.toIntExact((long) divideUp(wantedRows, rows) * divideUp(wantedColumns, columns));
    }

    private static int divideUp(int value, int divisor) {
        return (value + divisor - 1) / divisor;
    }

    /** The end of the names of its kernels. */
    String suffix() {
        return "_" + rows + "x" + columns;
    }
}
