package org.finetune.data.decode.jpeg;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Baseline JPEG files of all that the standard allows and encoders never write: any Huffman codes, quantization, sampling, component ids,
 * restarts, coefficients up to the last, and things behind the data.
 */
final class RandomJpeg {
    private static final int LUMA_SIDE = 70;
    /** No product of a coefficient and its quantization reaches it in files that 8-bit pixels were made into. */
    private static final int LIMIT = 2048;

    private final Random random;
    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private final boolean grey;
    private final int horizontal;
    private final int vertical;
    private final int[][] quantizations;
    private final Codes[] dcCodes;
    private final Codes[] acCodes;
    private int bits;
    private int count;

    /** Canonical codes for symbols. */
    private record Codes(int[] counts, List<Integer> symbols, int[] codes, int[] lengths) {

        static Codes random(Random random, List<Integer> all) {
            List<Integer> symbols = new ArrayList<>(all);
            Collections.shuffle(symbols, random);
            int[] counts = new int[17];
            int[] codes = new int[256];
            int[] lengths = new int[256];
            int shortest = 1 + random.nextInt(5);
            int code = 0;
            int next = 0;
            for (int length = 1; length <= 16; length++) {
                // One of this length is kept for longer ones, and so that none has nothing but ones.
                int room = (1 << length) - code - 1;
                int left = symbols.size() - next;
                int most = Math.max(0, Math.min(left, room - (left >> Math.min(16, 16 - length))));
                counts[length] = length < shortest ? 0 : length == 16 ? left : random.nextInt(most + 1);
                for (int i = 0; i < counts[length]; i++) {
                    int symbol = symbols.get(next++);
                    codes[symbol] = code++;
                    lengths[symbol] = length;
                }
                code *= 2;
            }
            return new Codes(counts, symbols, codes, lengths);
        }
    }

    private RandomJpeg(long seed) {
        random = new Random(seed);
        grey = random.nextInt(3) == 0;
        horizontal = 1 + random.nextInt(grey ? 4 : 2);
        vertical = 1 + random.nextInt(grey ? 4 : 2);
        int components = grey ? 1 : 3;
        quantizations = new int[components][];
        dcCodes = new Codes[components];
        acCodes = new Codes[components];
    }

    /** A file that always is the same for a seed. */
    static byte[] of(long seed) {
        return new RandomJpeg(seed).make();
    }

    private byte[] make() {
        int width = 1 + random.nextInt(random.nextInt(4) == 0 ? 5 * LUMA_SIDE : LUMA_SIDE);
        int height = 1 + random.nextInt(LUMA_SIDE);
        write(0xff, 0xd8);
        int colors = random.nextInt(3);
        if (colors == 0) {
            segment(0xe0, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0);
        } else if (colors == 1) {
            segment(0xee, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 1);
        }
        int[] ids = colors == 2 ? new int[] {1, 2, 3} : random.ints(3, 0, 256).toArray();
        for (int i = 0; i < quantizations.length; i++) {
            tables(i);
        }
        int interval = random.nextInt(3) == 0 ? 1 + random.nextInt(9) : 0;
        if (interval > 0) {
            segment(0xdd, 0, interval);
        }
        header(random.nextBoolean() ? 0xc0 : 0xc1, width, height, ids);
        scan(ids);
        data((width + 7) / 8, (height + 7) / 8, interval);
        switch (random.nextInt(6)) {
            case 0 -> write(0xff, 0xff);
            case 1 -> write(random.ints(40, 0, 255).toArray());
            default -> {}
        }
        write(0xff, 0xd9);
        return file.toByteArray();
    }

    private void write(int... values) {
        for (int value : values) {
            file.write(value);
        }
    }

    private void segment(int marker, int... content) {
        write(0xff, marker, content.length + 2 >> 8, content.length + 2 & 0xff);
        write(content);
    }

    private void tables(int component) {
        boolean wide = random.nextInt(3) == 0;
        int largest = List.of(1, 16, wide ? 3000 : 255).get(random.nextInt(3));
        int[] table = IntStream.generate(() -> random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(largest))
                .limit(64)
                .toArray();
        quantizations[component] = table;
        segment(
                0xdb,
                IntStream.concat(
                                IntStream.of((wide ? 16 : 0) | component),
                                IntStream.of(table)
                                        .flatMap(value ->
                                                wide ? IntStream.of(value >> 8, value & 0xff) : IntStream.of(value)))
                        .toArray());
        dcCodes[component] = codes(component, IntStream.range(0, 16));
        // Those for the end of a block, sixteen zeros and small coefficients are always there.
        int step = 1 + random.nextInt(7);
        acCodes[component] = codes(
                16 | component,
                IntStream.range(0, 256).filter(symbol -> symbol < 3 || symbol == 0xf0 || symbol % step == 0));
    }

    private Codes codes(int table, IntStream symbols) {
        Codes codes = Codes.random(random, symbols.boxed().toList());
        segment(
                0xc4,
                IntStream.concat(
                                IntStream.concat(
                                        IntStream.of(table),
                                        IntStream.of(codes.counts()).skip(1)),
                                codes.symbols().stream().mapToInt(symbol -> symbol))
                        .toArray());
        return codes;
    }

    private void header(int marker, int width, int height, int[] ids) {
        List<Integer> content =
                new ArrayList<>(List.of(8, height >> 8, height & 0xff, width >> 8, width & 0xff, quantizations.length));
        for (int i = 0; i < quantizations.length; i++) {
            content.addAll(List.of(ids[i], i == 0 ? horizontal << 4 | vertical : 0x11, i));
        }
        segment(marker, content.stream().mapToInt(value -> value).toArray());
    }

    private void scan(int[] ids) {
        List<Integer> content = new ArrayList<>(List.of(quantizations.length));
        for (int i = 0; i < quantizations.length; i++) {
            content.addAll(List.of(ids[i], i << 4 | i));
        }
        content.addAll(List.of(0, 63, 0));
        segment(0xda, content.stream().mapToInt(value -> value).toArray());
    }

    private void data(int columns, int rows, int interval) {
        int acrossUnit = grey ? 1 : horizontal;
        int downUnit = grey ? 1 : vertical;
        int units = (columns + acrossUnit - 1) / acrossUnit * ((rows + downUnit - 1) / downUnit);
        int[] predictions = new int[3];
        for (int unit = 0; unit < units; unit++) {
            if (interval > 0 && unit > 0 && unit % interval == 0) {
                fill();
                write(0xff, 0xd0 + (unit / interval - 1) % 8);
                predictions = new int[3];
            }
            for (int i = 0; i < quantizations.length; i++) {
                int blocks = i == 0 ? acrossUnit * downUnit : 1;
                for (int block = 0; block < blocks; block++) {
                    predictions[i] = dc(i, predictions[i]);
                    ac(i);
                }
            }
        }
        fill();
    }

    private int dc(int component, int prediction) {
        int most = Math.min(LIMIT - 1, 1100) / Math.max(1, quantizations[component][0]);
        int value = random.nextInt(2 * most + 1) - most;
        int difference = value - prediction;
        int size = Integer.SIZE - Integer.numberOfLeadingZeros(Math.abs(difference));
        code(dcCodes[component], size);
        put(difference < 0 ? difference + (1 << size) - 1 : difference, size);
        return value;
    }

    /** Few coefficients, or many, and sometimes all of them. */
    private void ac(int component) {
        Codes codes = acCodes[component];
        double share = random.nextInt(3) == 0 ? 0 : random.nextDouble();
        int read = 0;
        while (read < 63 && random.nextDouble() < share) {
            int symbol = codes.symbols().get(random.nextInt(codes.symbols().size()));
            int size = symbol & 15;
            int after = read + 1 + (symbol >> 4);
            boolean ends = size == 0 && symbol != 0xf0;
            if (ends || after > 63 || (long) quantizations[component][after] << size >= LIMIT) {
                continue;
            }
            code(codes, symbol);
            put(random.nextInt(1 << size), size);
            read = after;
        }
        if (read < 63) {
            code(codes, 0);
        }
    }

    private void code(Codes codes, int symbol) {
        put(codes.codes()[symbol], codes.lengths()[symbol]);
    }

    private void put(int value, int length) {
        for (int i = length - 1; i >= 0; i--) {
            bits = bits << 1 | value >> i & 1;
            if (++count == 8) {
                write(bits);
                if (bits == 0xff) {
                    write(0);
                }
                bits = 0;
                count = 0;
            }
        }
    }

    /** Fills the last byte. */
    private void fill() {
        int filling = random.nextInt(2);
        while (count > 0) {
            put(filling, 1);
        }
    }
}
