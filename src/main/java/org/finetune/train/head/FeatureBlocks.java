package org.finetune.train.head;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Standardized features in blocks of equally many rows, none of which has rows of two folds. As many blocks as there is
 * room for are kept in memory; the others are read from the rows each time.
 */
final class FeatureBlocks implements AutoCloseable {
    /** Rows of a block; the last of a fold may have fewer, and zeros after them. */
    static final int ROWS = 128;

    private final FeatureRows rows;
    private final Standardization standardization;
    private final List<Block> blocks = new ArrayList<>();
    private final List<INDArray> kept = new ArrayList<>();

    /**
     * A block.
     *
     * @param index its number, or -1 if it is none of those into which the rows are divided
     * @param fold the fold that its rows are in
     * @param rows their numbers
     * @param labels their classes
     */
    record Block(int index, int fold, int[] rows, int[] labels) {}

    /**
     * Divides the rows, and reads those that are kept.
     *
     * @param folds the fold of each row
     * @param memory bytes that may be kept
     */
    FeatureBlocks(FeatureRows rows, Standardization standardization, int[] folds, long memory) {
        this.rows = rows;
        this.standardization = standardization;
        int count = Arrays.stream(folds).max().orElse(-1) + 1;
        for (int fold = 0; fold < count; fold++) {
            int number = fold;
            int[] members = IntStream.range(0, folds.length)
                    .filter(row -> folds[row] == number)
                    .toArray();
            for (int from = 0; from < members.length; from += ROWS) {
                int[] part = Arrays.copyOfRange(members, from, Math.min(from + ROWS, members.length));
                blocks.add(new Block(blocks.size(), fold, part, labels(part)));
            }
        }
        long size = (long) ROWS * rows.features() * Float.BYTES;
        while (kept.size() < blocks.size() && (kept.size() + 1) * size <= memory) {
            INDArray room = room();
            standardization.read(rows, blocks.get(kept.size()).rows(), room);
            kept.add(room);
        }
    }

    private int[] labels(int[] numbers) {
        return Arrays.stream(numbers).map(rows::label).toArray();
    }

    List<Block> all() {
        return blocks;
    }

    /** Blocks of some of the rows, in the given order. */
    List<Block> of(int[] numbers) {
        List<Block> some = new ArrayList<>();
        for (int from = 0; from < numbers.length; from += ROWS) {
            int[] part = Arrays.copyOfRange(numbers, from, Math.min(from + ROWS, numbers.length));
            some.add(new Block(-1, 0, part, labels(part)));
        }
        return some;
    }

    /** Has rows read ahead of the blocks that are made of them. */
    void readAhead(int[] numbers) {
        rows.readAhead(numbers);
    }

    int features() {
        return rows.features();
    }

    private INDArray room() {
        return Nd4j.create(DataType.FLOAT, new long[] {ROWS, rows.features()}, 'c');
    }

    /** The features of a block: those that are kept, or else read into the given room. */
    INDArray features(Block block, INDArray room) {
        if (block.index() >= 0 && block.index() < kept.size()) {
            return kept.get(block.index());
        }
        standardization.read(rows, block.rows(), room);
        return room;
    }

    @Override
    public void close() {
        kept.forEach(INDArray::close);
    }
}
