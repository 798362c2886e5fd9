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
    /** What so many lookups take together is there after more were read. */
    private static final int LOOKUPS = MANY / DcOnlyTable.WINDOW;

    private static final int MARKER = 0xff;
    private static final int RST0 = 0xd0;
    private static final int RESTARTS = 8;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

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
     * Reads consecutive blocks of a component of which only the DC coefficients are wanted.
     *
     * @param table their table
     * @param differences where the difference of each DC coefficient from that of the block before is put; has room for one more
     * @param blocks number of blocks
     * @throws UnsupportedDataException if the next bits are no code, or there are too many coefficients
     */
    void readDcOnly(DcOnlyTable table, int[] differences, int blocks) throws UnsupportedDataException {
        short[] entries = table.entries();
        int next = DcOnlyTable.DC;
        int done = 0;
        int read = 0;
        while (true) {
            fillUp();
            // In variables, which stay in registers.
            long ahead = bits;
            int left = count;
            int lookups = 0;
            while (lookups < LOOKUPS) {
                int entry = entries[next + (int) (ahead >>> (Long.SIZE - DcOnlyTable.WINDOW))];
                int length = DcOnlyTable.bits(entry);
                // 1 if the entry is that of a DC coefficient, or 0.
                int isDc = next >> DcOnlyTable.WINDOW;
                int after = read + DcOnlyTable.coefficients(entry) & isDc - 1;
                // Behind the last coefficient the next block begins, which the table would take for more of this one.
                if (length == 0 || after >= AC_COEFFICIENTS) {
                    break;
                }
                ahead <<= length;
                left -= length;
                differences[done] = DcOnlyTable.difference(entry);
                done += isDc;
                read = after;
                next = DcOnlyTable.next(entry);
                if (done + (next >> DcOnlyTable.WINDOW) > blocks) {
                    bits = ahead;
                    count = left;
                    return;
                }
                lookups++;
            }
            bits = ahead;
            count = left;
            if (lookups == LOOKUPS) {
                continue;
            }
            // The table does not have what comes next as a whole.
            if (next == DcOnlyTable.DC) {
                differences[done++] = readValue(readSymbol(table.dcTable()));
                read = 0;
                next = DcOnlyTable.AC;
                continue;
            }
            int symbol = readSymbol(table.acTable());
            if (HuffmanTable.endsBlock(symbol)) {
                next = DcOnlyTable.DC;
            } else {
                drop(HuffmanTable.size(symbol));
                read += HuffmanTable.run(symbol);
                checkNumber(read);
                if (read == AC_COEFFICIENTS) {
                    next = DcOnlyTable.DC;
                }
            }
            if (next == DcOnlyTable.DC && done == blocks) {
                return;
            }
        }
    }

    /**
     * Reads the difference of a block's DC coefficient from that of the block before.
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
     * Reads the AC coefficients of a block.
     *
     * @param table their table, which is prepared for values
     * @param quantization by what they are multiplied, in the order of a file
     * @param pixels to what they are added
     * @throws UnsupportedDataException if the next bits are no code, there are too many coefficients, or one is out of range
     */
    void readAc(HuffmanTable table, int[] quantization, FourPixels pixels) throws UnsupportedDataException {
        int read = 0;
        while (read < AC_COEFFICIENTS) {
            fill();
            int entry = table.value(bits);
            int value;
            if (HuffmanTable.bits(entry) == 0) {
                int symbol = readSymbol(table);
                if (HuffmanTable.endsBlock(symbol)) {
                    return;
                }
                read += HuffmanTable.run(symbol);
                value = readValue(HuffmanTable.size(symbol));
            } else {
                drop(HuffmanTable.bits(entry));
                if (HuffmanTable.isLast(entry)) {
                    return;
                }
                read += HuffmanTable.coefficients(entry);
                value = HuffmanTable.value(entry);
            }
            checkNumber(read);
            pixels.add(read, dequantize(value, quantization[read]));
        }
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
        if (count < FEW) {
            fillUp();
        }
    }

    /** Reads until there are at least {@link #MANY} bits. */
    private void fillUp() {
        if (!fillFromEight()) {
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
