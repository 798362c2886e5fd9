package org.finetune.data.decode.jpeg;

/**
 * The inverse cosine transform of a block to 2x2 pixels, as libjpeg's {@code jpeg_idct_2x2}: the mean of each quarter of the block,
 * which depends on the first and on the odd frequencies in each direction only.
 */
final class FourPixels {
    private static final int SIDE = 8;

    /** The places by rows of a block's coefficients, in the order of a file (ITU-T T.81, figure A.6). */
    private static final int[] ZIGZAG = {
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14,
        21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60,
        61, 54, 47, 55, 62, 63
    };

    /** For each odd frequency, sqrt(2) times sums of the cosines of odd multiples of pi / 16, times 2^13. */
    private static final int[] ODD_FACTORS = {29692, -10426, 6967, -5906};

    private static final int FACTOR_BITS = 13;
    /** Bits behind the point between the two passes. */
    private static final int PASS_BITS = 2;

    private static final int EVEN_FACTOR = 1 << (FACTOR_BITS + PASS_BITS);
    /** Number of columns that count: the first, and those of odd frequencies. */
    private static final int COLUMNS = 1 + ODD_FACTORS.length;
    /** The sum to which coefficients are added that do not count. */
    private static final int UNUSED = 2 * COLUMNS;

    /** For each coefficient in the order of a file, to which sum it is added, multiplied by what. */
    private static final int[] TARGETS = new int[EntropyCodedData.BLOCK];

    private static final int[] FACTORS = new int[EntropyCodedData.BLOCK];

    static {
        for (int place = 0; place < EntropyCodedData.BLOCK; place++) {
            int row = ZIGZAG[place] / SIDE;
            int column = ZIGZAG[place] % SIDE;
            if (counts(row) && counts(column)) {
                TARGETS[place] = (row == 0 ? 0 : COLUMNS) + (column + 1) / 2;
                FACTORS[place] = row == 0 ? EVEN_FACTOR : ODD_FACTORS[row / 2];
            } else {
                TARGETS[place] = UNUSED;
            }
        }
    }

    /** For the columns that count, the first row's part of the first pass, then that of the rows of odd frequencies. */
    private final int[] sums = new int[2 * COLUMNS + 1];

    private int upper;
    private int upperOdd;
    private int lower;
    private int lowerOdd;

    private static boolean counts(int frequency) {
        return frequency == 0 || frequency % 2 != 0;
    }

    /**
     * Adds a coefficient.
     *
     * @param place its place in the order of a file
     * @param coefficient the coefficient, multiplied by its quantization
     */
    void add(int place, int coefficient) {
        sums[TARGETS[place]] += FACTORS[place] * coefficient;
    }

    /** Makes the pixels of the coefficients that were added since the last ones were made. */
    void make() {
        upper = EVEN_FACTOR * descale(sums[0] + sums[COLUMNS], FACTOR_BITS);
        lower = EVEN_FACTOR * descale(sums[0] - sums[COLUMNS], FACTOR_BITS);
        upperOdd = 0;
        lowerOdd = 0;
        for (int i = 1; i < COLUMNS; i++) {
            upperOdd += ODD_FACTORS[i - 1] * descale(sums[i] + sums[COLUMNS + i], FACTOR_BITS);
            lowerOdd += ODD_FACTORS[i - 1] * descale(sums[i] - sums[COLUMNS + i], FACTOR_BITS);
        }
        for (int i = 0; i < UNUSED; i++) {
            sums[i] = 0;
        }
    }

    int upperLeft() {
        return last(upper + upperOdd);
    }

    int upperRight() {
        return last(upper - upperOdd);
    }

    int lowerLeft() {
        return last(lower + lowerOdd);
    }

    int lowerRight() {
        return last(lower - lowerOdd);
    }

    private static int last(int value) {
        return descale(value, FACTOR_BITS + PASS_BITS + 3 + 2);
    }

    /** Divides by a power of two, rounding half up. */
    static int descale(int value, int bits) {
        return value + (1 << (bits - 1)) >> bits;
    }
}
