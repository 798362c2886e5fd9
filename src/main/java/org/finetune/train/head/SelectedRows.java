package org.finetune.train.head;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Some of the rows of others, in the given order. */
public final class SelectedRows implements FeatureRows {
    private final FeatureRows rows;
    private final int[] numbers;

    /**
     * Selects rows.
     *
     * @param numbers their numbers among the others
     */
    public SelectedRows(FeatureRows rows, int[] numbers) {
        this.rows = rows;
        this.numbers = numbers.clone();
    }

    @Override
    public int count() {
        return numbers.length;
    }

    @Override
    public int features() {
        return rows.features();
    }

    @Override
    public int label(int row) {
        return rows.label(numbers[row]);
    }

    @Override
    public int group(int row) {
        return rows.group(numbers[row]);
    }

    @Override
    public void read(int[] wanted, INDArray batch) {
        rows.read(numbers(wanted), batch);
    }

    @Override
    public void readAhead(int[] wanted) {
        rows.readAhead(numbers(wanted));
    }

    private int[] numbers(int[] wanted) {
        return Arrays.stream(wanted).map(row -> numbers[row]).toArray();
    }
}
