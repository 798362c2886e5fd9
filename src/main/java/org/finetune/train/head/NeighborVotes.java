package org.finetune.train.head;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.finetune.backend.HostMemory;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Classification by nearest neighbours: the probability of a class is its share among the {@value #NEIGHBORS} rows of other
 * groups whose features have the largest cosine similarity. Unlike a solved head it is not bent by single wrong labels.
 */
public final class NeighborVotes {
    /** Fewer vote with more noise, and more reach into other classes. */
    static final int NEIGHBORS = 20;

    /** The products grow with the square of the rows; of more rows than these, every k-th votes. */
    private static final int MAX_VOTERS = 20_000;

    private static final int BLOCK = 256;

    private final FeatureRows rows;
    private final int[] voters;

    private NeighborVotes(FeatureRows rows) {
        this.rows = rows;
        int step = (rows.count() + MAX_VOTERS - 1) / Math.max(1, MAX_VOTERS);
        this.voters = IntStream.range(0, rows.count())
                .filter(row -> row % Math.max(1, step) == 0)
                .toArray();
    }

    /**
     * The probabilities of each row, by class; all 0 for a row without voters in other groups.
     *
     * @param rows the rows; those of a group do not vote on each other
     */
    public static List<float[]> of(FeatureRows rows, int classes) {
        return new NeighborVotes(rows).count(classes);
    }

    private List<float[]> count(int classes) {
        int features = rows.features();
        float[][] votes = new float[rows.count()][];
        CustomOp matmul = DynamicCustomOp.builder("matmul").build();
        try (INDArray all = array(voters.length, features);
                INDArray block = array(BLOCK, features);
                INDArray similarities = array(BLOCK, voters.length);
                OpContext context = Nd4j.getExecutioner().buildContext()) {
            for (int from = 0; from < voters.length; from += BLOCK) {
                int[] numbers = Arrays.copyOfRange(voters, from, Math.min(from + BLOCK, voters.length));
                readUnit(numbers, block);
                copyRows(block, numbers.length, all, from);
            }
            context.setInputArray(0, block);
            context.setInputArray(1, all);
            context.setOutputArray(0, similarities);
            context.setIArguments(0, 1, 0);
            float[] values = new float[BLOCK * voters.length];
            for (int from = 0; from < rows.count(); from += BLOCK) {
                int[] numbers = IntStream.range(from, Math.min(from + BLOCK, rows.count()))
                        .toArray();
                readUnit(numbers, block);
                Nd4j.exec(matmul, context);
                HostMemory.read(similarities, values);
                for (int row : numbers) {
                    votes[row] = votes(row, values, (row - from) * voters.length, classes);
                }
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("A product's context could not be closed", e);
        }
        return List.of(votes);
    }

    /** The votes on a row, of which similarities to all voters are given from an offset on. */
    private float[] votes(int row, float[] similarities, int offset, int classes) {
        int[] nearest = new int[NEIGHBORS];
        int found = 0;
        for (int voter = 0; voter < voters.length; voter++) {
            if (rows.group(voters[voter]) == rows.group(row)) {
                continue;
            }
            float similarity = similarities[offset + voter];
            if (found == NEIGHBORS && similarity <= similarities[offset + nearest[found - 1]]) {
                continue;
            }
            int place = found < NEIGHBORS ? found++ : found - 1;
            while (place > 0 && similarity > similarities[offset + nearest[place - 1]]) {
                nearest[place] = nearest[place - 1];
                place--;
            }
            nearest[place] = voter;
        }
        float[] shares = new float[classes];
        for (int i = 0; i < found; i++) {
            shares[rows.label(voters[nearest[i]])] += 1f / found;
        }
        return shares;
    }

    /** Reads rows and scales each to unit length. */
    private void readUnit(int[] numbers, INDArray block) {
        rows.read(numbers, block);
        float[] values = new float[numbers.length * rows.features()];
        HostMemory.read(block, values);
        for (int row = 0; row < numbers.length; row++) {
            int start = row * rows.features();
            double squares = 0;
            for (int i = start; i < start + rows.features(); i++) {
                squares += (double) values[i] * values[i];
            }
            double scale = squares == 0 ? 0 : 1 / Math.sqrt(squares);
            for (int i = start; i < start + rows.features(); i++) {
                values[i] *= (float) scale;
            }
        }
        HostMemory.write(block, values);
    }

    private void copyRows(INDArray block, int count, INDArray all, int from) {
        float[] values = new float[count * rows.features()];
        HostMemory.read(block, values);
        HostMemory.write(all, (long) from * rows.features(), values, 0, values.length);
    }

    private static INDArray array(int rows, int columns) {
        return Nd4j.create(DataType.FLOAT, new long[] {rows, columns}, 'c');
    }
}
