package org.finetune.data.decode.jpeg;

/**
 * Looks codes up in blocks of which only the DC coefficient is wanted. An entry stands for a DC coefficient, or for as many AC
 * coefficients as fit into the window. It says how many {@link #bits} they take, and whether a DC coefficient is {@link #next}: the
 * entries are found by adding what comes next to the bits, so that looking up needs no branch, which no processor could predict.
 */
final class DcOnlyTable {
    /** Bits in which codes with their values are looked up. Both halves of a table just fill 32 KiB, a usual first-level cache. */
    static final int WINDOW = 13;
    /** What is {@link #next} where a DC coefficient follows; also the flag for it in an entry. */
    static final int DC = 1 << WINDOW;
    /** What is {@link #next} where AC coefficients follow. */
    static final int AC = 0;

    // Entries: four bits for the number of bits. Then six for the number of AC coefficients and the flag, or nine for
    // the DC coefficient.
    private static final int BITS_MASK = 15;
    private static final int COEFFICIENTS_SHIFT = 4;
    private static final int COEFFICIENTS_MASK = 63;
    private static final int DC_BITS = WINDOW - COEFFICIENTS_SHIFT;

    private final HuffmanTable dcTable;
    private final HuffmanTable acTable;
    private final short[] entries = new short[2 * DC];

    DcOnlyTable(HuffmanTable dcTable, HuffmanTable acTable) {
        this.dcTable = dcTable;
        this.acTable = acTable;
        for (int i = 0; i < DC; i++) {
            int next = i << (HuffmanTable.MAX_CODE_BITS - WINDOW);
            entries[AC + i] = (short) acEntry(next);
            entries[DC + i] = (short) dcEntry(next);
        }
    }

    private int dcEntry(int next) {
        int found = dcTable.find(next);
        int size = HuffmanTable.symbol(found);
        int all = HuffmanTable.length(found) + size;
        if (found == 0 || all > WINDOW || size >= DC_BITS) {
            return 0;
        }
        return HuffmanTable.valueAfter(next, found) << COEFFICIENTS_SHIFT & DC - 1 | all;
    }

    private int acEntry(int next) {
        int bits = 0;
        int coefficients = 0;
        while (true) {
            int found = acTable.find(next << bits & 0xffff);
            int symbol = HuffmanTable.symbol(found);
            int all = bits + HuffmanTable.length(found) + HuffmanTable.size(symbol);
            if (found != 0 && all <= WINDOW && HuffmanTable.endsBlock(symbol)) {
                return DC | coefficients << COEFFICIENTS_SHIFT | all;
            }
            int more = coefficients + HuffmanTable.run(symbol);
            if (found == 0 || all > WINDOW || more > COEFFICIENTS_MASK) {
                return coefficients << COEFFICIENTS_SHIFT | bits;
            }
            bits = all;
            coefficients = more;
        }
    }

    /** The table of DC coefficients. */
    HuffmanTable dcTable() {
        return dcTable;
    }

    /** The table of AC coefficients. */
    HuffmanTable acTable() {
        return acTable;
    }

    /** The entries: in the place of the next {@value #WINDOW} bits, plus {@link #DC} or {@link #AC}. */
    short[] entries() {
        return entries;
    }

    /** Number of bits of what an entry stands for, or 0 if they do not fit into the window. */
    static int bits(int entry) {
        return entry & BITS_MASK;
    }

    /** Number of coefficients, zeros included, for which an entry of AC coefficients stands. */
    static int coefficients(int entry) {
        return entry >> COEFFICIENTS_SHIFT & COEFFICIENTS_MASK;
    }

    /** The difference for which an entry of a DC coefficient stands. */
    static int difference(int entry) {
        return entry << (Integer.SIZE - WINDOW) >> (Integer.SIZE - DC_BITS);
    }

    /** What follows, {@link #DC} or {@link #AC}. */
    static int next(int entry) {
        return entry & DC;
    }
}
