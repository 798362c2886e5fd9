package org.finetune.data.decode.jpeg;

/**
 * A Huffman table of a JPEG file (ITU-T T.81, annex C), with tables to look codes up.
 *
 * <p>A symbol of a DC coefficient is the number of bits of its value, which follow the code. A symbol of an AC coefficient is the number
 * of zeros before it (upper four bits) and that of the bits of its value (lower four). Entries of the lookup tables say the
 * {@link #bits} of codes and values together, the {@link #coefficients} they stand for, zeros included, and whether the block ends
 * with them ({@link #isLast}).
 */
final class HuffmanTable {
    /** Bits of the longest code. */
    static final int MAX_CODE_BITS = 16;

    /** Bits in which a code is looked up; longer ones are searched for. */
    private static final int CODE_WINDOW = 9;
    /** Bits in which a code and its value are looked up. */
    private static final int VALUE_WINDOW = 10;

    private static final int MAX_DC_SYMBOL = 15;
    private static final int SIZE_MASK = 15;
    private static final int SIXTEEN_ZEROS = 0xf0;

    // Entries: six bits for the number of bits, a flag, nine bits for the number of coefficients, sixteen for the
    // value.
    private static final int BITS_MASK = 63;
    private static final int LAST_FLAG = 64;
    private static final int COEFFICIENTS_SHIFT = 7;
    private static final int COEFFICIENTS_MASK = 0x1ff;
    private static final int VALUE_SHIFT = 16;

    private final byte[] symbols;
    /** For each length, the first 16-bit value that does not begin with a code of at most this length. */
    private final int[] limits = new int[MAX_CODE_BITS + 2];
    /** For each length, what is to be added to a code for the index of its symbol. */
    private final int[] indexes = new int[MAX_CODE_BITS + 1];

    private final short[] codes = new short[1 << CODE_WINDOW];
    private int[] values;

    /**
     * Creates a table from its form in the file.
     *
     * @param counts number of codes of each length, from 1 to 16 bits
     * @param symbols the symbols, in the order of their codes
     * @throws UnsupportedDataException if a code has nothing but ones, which is not allowed
     */
    HuffmanTable(byte[] counts, byte[] symbols) throws UnsupportedDataException {
        this.symbols = symbols;
        int code = 0;
        int index = 0;
        for (int length = 1; length <= MAX_CODE_BITS; length++) {
            int count = Byte.toUnsignedInt(counts[length - 1]);
            indexes[length] = index - code;
            code += count;
            index += count;
            if (count > 0 && code >= 1 << length) {
                throw new UnsupportedDataException("a code of nothing but ones");
            }
            limits[length] = code << (MAX_CODE_BITS - length);
            code *= 2;
        }
        limits[MAX_CODE_BITS + 1] = 1 << MAX_CODE_BITS;
        for (int i = 0; i < codes.length; i++) {
            int found = search(i << (MAX_CODE_BITS - CODE_WINDOW));
            codes[i] = (short) (length(found) <= CODE_WINDOW ? found : 0);
        }
    }

    /** Whether all symbols can be those of DC coefficients. */
    boolean isForDc() {
        for (byte symbol : symbols) {
            if (Byte.toUnsignedInt(symbol) > MAX_DC_SYMBOL) {
                return false;
            }
        }
        return true;
    }

    /** Makes what {@link #value(long)} needs. */
    void prepareValues() {
        if (values == null) {
            values = new int[1 << VALUE_WINDOW];
            for (int i = 0; i < values.length; i++) {
                values[i] = valueWithin(i << (MAX_CODE_BITS - VALUE_WINDOW));
            }
        }
    }

    private int valueWithin(int next) {
        int found = find(next);
        int size = size(symbol(found));
        int all = length(found) + size;
        if (found == 0 || all > VALUE_WINDOW) {
            return 0;
        }
        if (endsBlock(symbol(found))) {
            return LAST_FLAG | all;
        }
        return valueAfter(next, found) << VALUE_SHIFT | run(symbol(found)) << COEFFICIENTS_SHIFT | all;
    }

    /**
     * Looks up the next coefficient.
     *
     * @param next the next 64 bits
     * @return an entry with a {@link #value(int)}; its bits are 0 if code and value are too long for the table
     */
    int value(long next) {
        return values[(int) (next >>> (Long.SIZE - VALUE_WINDOW))];
    }

    static int bits(int entry) {
        return entry & BITS_MASK;
    }

    static int coefficients(int entry) {
        return entry >> COEFFICIENTS_SHIFT & COEFFICIENTS_MASK;
    }

    static boolean isLast(int entry) {
        return (entry & LAST_FLAG) != 0;
    }

    static int value(int entry) {
        return entry >> VALUE_SHIFT;
    }

    /**
     * Finds the code with which data begin.
     *
     * @param next the next 16 bits
     * @return a number with the {@link #symbol} and the {@link #length} of its code, or 0 if there is no such code
     */
    int find(int next) {
        int found = codes[next >>> (MAX_CODE_BITS - CODE_WINDOW)];
        return found != 0 ? found : search(next);
    }

    private int search(int next) {
        int length = 1;
        while (next >= limits[length]) {
            length++;
        }
        if (length > MAX_CODE_BITS) {
            return 0;
        }
        int index = (next >>> (MAX_CODE_BITS - length)) + indexes[length];
        return length << Byte.SIZE | Byte.toUnsignedInt(symbols[index]);
    }

    static int symbol(int found) {
        return found & 0xff;
    }

    static int length(int found) {
        return found >>> Byte.SIZE;
    }

    /**
     * The value behind a code.
     *
     * @param next 16 bits that begin with the code and its value
     * @param found what was found in them
     */
    static int valueAfter(int next, int found) {
        int size = size(symbol(found));
        return extend((next & 0xffff >>> length(found)) >>> (MAX_CODE_BITS - length(found) - size), size);
    }

    /** Number of bits of the value that follow a symbol's code. */
    static int size(int symbol) {
        return symbol & SIZE_MASK;
    }

    /** Number of coefficients, zeros included, for which a symbol of AC coefficients stands that does not end the block. */
    static int run(int symbol) {
        return 1 + (symbol >>> 4);
    }

    /** Whether a symbol of AC coefficients says that all further ones are zeros. */
    static boolean endsBlock(int symbol) {
        return size(symbol) == 0 && symbol != SIXTEEN_ZEROS;
    }

    /** The value for which bits stand (T.81, F.2.2.1, EXTEND). */
    static int extend(int bits, int size) {
        return size == 0 || bits >>> (size - 1) != 0 ? bits : bits + 1 - (1 << size);
    }
}
