package org.finetune.data.decode.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.finetune.data.decode.format.ImageHeader.Piece;

/** Reads coefficients from the entropy-coded data of a scan (ITU-T T.81, F.2.2). */
final class EntropyCodedData {
    /** Number of coefficients of a block. */
    static final int BLOCK = 64;

    private static final int AC_COEFFICIENTS = BLOCK - 1;
    /** No coefficient of 8-bit pixels, multiplied by its quantization, reaches this. */
    private static final int COEFFICIENT_LIMIT = 2048;

    /** With fewer bits, a code and its value may not be whole. */
    private static final int FEW = 32;
    /** There are at least as many after more were read. */
    private static final int MANY = 56;

    private static final int MARKER = 0xff;
    private static final int RST0 = 0xd0;
    private static final int RESTARTS = 8;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** The indexes by rows of a block's coefficients, in the order of a file (T.81, figure A.6). */
    private static final int[] ZIGZAG = {
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14,
        21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60,
        61, 54, 47, 55, 62, 63
    };

    private final byte[] file;
    private final int end;
    private int position;
    /** The next bits, from the highest on. */
    private long bits;
    /** Number of bits that are there. */
    private int count;
    /** Number of zeros among them that were added where the data end. */
    private int added;

    EntropyCodedData(Piece data) {
        this.file = data.bytes();
        this.position = data.offset();
        this.end = data.offset() + data.length();
    }

    /** The index by rows of a coefficient, of which the place in a file is given. */
    static int index(int place) {
        return ZIGZAG[place];
    }

    /**
     * Multiplies a coefficient by its quantization.
     *
     * @throws UnsupportedDataException if that is more than 8-bit pixels have
     */
    static int dequantize(int coefficient, int quantization) throws UnsupportedDataException {
        long product = (long) coefficient * quantization;
        if (product <= -COEFFICIENT_LIMIT || product >= COEFFICIENT_LIMIT) {
            throw new UnsupportedDataException("a coefficient out of range");
        }
        return (int) product;
    }

    /**
     * Reads the difference of a block's DC coefficient to that of the block before.
     *
     * @param table its table, which is prepared for values
     * @throws UnsupportedDataException if the next bits are no code
     */
    int readDcDifference(HuffmanTable table) throws UnsupportedDataException {
        fill();
        int entry = table.value(bits);
        if (HuffmanTable.bits(entry) == 0) {
            return readValue(readSymbol(table));
        }
        drop(HuffmanTable.bits(entry));
        return HuffmanTable.value(entry);
    }

    /**
     * Passes over the AC coefficients of a block.
     *
     * @param table their table, which is prepared for skipping
     * @throws UnsupportedDataException if the next bits are no code, or there are too many coefficients
     */
    void skipAc(HuffmanTable table) throws UnsupportedDataException {
        int read = 0;
        while (read < AC_COEFFICIENTS) {
            fill();
            int entry = table.skip(bits);
            int after = read + HuffmanTable.coefficients(entry);
            // Behind the last coefficient the next block begins, which the table would take for more of this one.
            if (HuffmanTable.bits(entry) == 0 || after >= AC_COEFFICIENTS) {
                int symbol = readSymbol(table);
                if (HuffmanTable.endsBlock(symbol)) {
                    return;
                }
                drop(HuffmanTable.size(symbol));
                read += HuffmanTable.run(symbol);
            } else {
                drop(HuffmanTable.bits(entry));
                if (HuffmanTable.isLast(entry)) {
                    return;
                }
                read = after;
            }
        }
        checkNumber(read);
    }

    /**
     * Reads the AC coefficients of a block.
     *
     * @param table their table, which is prepared for values
     * @param quantization by what they are multiplied, by rows
     * @param block where those that are not 0 are put, by rows
     * @return whether there are any
     * @throws UnsupportedDataException as {@link #skipAc}, or if one is out of range
     */
    boolean readAc(HuffmanTable table, int[] quantization, int[] block) throws UnsupportedDataException {
        int read = 0;
        while (read < AC_COEFFICIENTS) {
            fill();
            int entry = table.value(bits);
            int value;
            if (HuffmanTable.bits(entry) == 0) {
                int symbol = readSymbol(table);
                if (HuffmanTable.endsBlock(symbol)) {
                    return read > 0;
                }
                read += HuffmanTable.run(symbol);
                value = readValue(HuffmanTable.size(symbol));
            } else {
                drop(HuffmanTable.bits(entry));
                if (HuffmanTable.isLast(entry)) {
                    return read > 0;
                }
                read += HuffmanTable.coefficients(entry);
                value = HuffmanTable.value(entry);
            }
            checkNumber(read);
            int index = ZIGZAG[read];
            block[index] = dequantize(value, quantization[index]);
        }
        return true;
    }

    private static void checkNumber(int coefficients) throws UnsupportedDataException {
        if (coefficients > AC_COEFFICIENTS) {
            throw new UnsupportedDataException("too many coefficients");
        }
    }

    /**
     * Passes over a restart marker.
     *
     * @param number number of the restarts before
     * @throws UnsupportedDataException if it is not the next thing in the file
     */
    void restart(int number) throws UnsupportedDataException {
        checkEnd();
        // What is left of the last byte fills it up.
        if (count - added >= Byte.SIZE
                || position + 2 > end
                || Byte.toUnsignedInt(file[position]) != MARKER
                || Byte.toUnsignedInt(file[position + 1]) != RST0 + number % RESTARTS) {
            throw new UnsupportedDataException("no restart marker");
        }
        position += 2;
        bits = 0;
        count = 0;
        added = 0;
    }

    /**
     * Checks that no more was read than there is.
     *
     * @throws UnsupportedDataException if more was
     */
    void checkEnd() throws UnsupportedDataException {
        if (count < added) {
            throw new UnsupportedDataException("the data end too early");
        }
    }

    private int readSymbol(HuffmanTable table) throws UnsupportedDataException {
        fill();
        int found = table.find((int) (bits >>> (Long.SIZE - HuffmanTable.MAX_CODE_BITS)));
        if (found == 0) {
            throw new UnsupportedDataException("no code");
        }
        drop(HuffmanTable.length(found));
        return HuffmanTable.symbol(found);
    }

    /** Reads the value behind a symbol, for which it was made sure that both are there. */
    private int readValue(int size) {
        if (size == 0) {
            return 0;
        }
        int value = HuffmanTable.extend((int) (bits >>> (Long.SIZE - size)), size);
        drop(size);
        return value;
    }

    private void drop(int number) {
        bits <<= number;
        count -= number;
    }

    private void fill() {
        if (count < FEW && !fillFromEight()) {
            fillByByte();
        }
    }

    /** Takes what there is room for of the next eight bytes, unless one of them may be a marker. */
    private boolean fillFromEight() {
        if (position > end - Long.BYTES) {
            return false;
        }
        long next = (long) LONGS.get(file, position);
        // A byte of the complement is zero where the original is 0xff (Warren, "Hacker's Delight", 6-1).
        if ((~next - 0x0101010101010101L & next & 0x8080808080808080L) != 0) {
            return false;
        }
        // Bits of a byte that is not whole are taken again, with the same result.
        bits |= next >>> count;
        int whole = (Long.SIZE - 1 - count) / Byte.SIZE;
        position += whole;
        count += whole * Byte.SIZE;
        return true;
    }

    private void fillByByte() {
        while (count < MANY) {
            long next = 0;
            if (position < end && Byte.toUnsignedInt(file[position]) != MARKER) {
                next = Byte.toUnsignedLong(file[position++]);
            } else if (position + 1 < end && file[position + 1] == 0) {
                // A zero is put behind 0xff where that is no marker.
                next = MARKER;
                position += 2;
            } else {
                added += Byte.SIZE;
            }
            bits |= next << (Long.SIZE - Byte.SIZE - count);
            count += Byte.SIZE;
        }
    }
}
