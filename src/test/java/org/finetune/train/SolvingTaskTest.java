package org.finetune.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.finetune.train.head.FeatureRows;
import org.finetune.train.head.HeadSettings;
import org.finetune.train.head.HeadSolver;
import org.finetune.train.head.SolvedHead;
import org.finetune.train.head.SolvingListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class SolvingTaskTest {
    private static final int ROWS = 24;

    private final List<String> calls = new ArrayList<>();

    private final TrainingListener listener = new TrainingListener() {
        @Override
        public void taskStarted(String name, long total) {
            calls.add(name + " of " + total);
        }

        @Override
        public void taskProgress(long done, Supplier<String> detail) {
            calls.add(done + ", " + detail.get());
        }

        @Override
        public void warning(String message) {
            calls.add(message);
        }

        @Override
        public void taskFinished() {
            calls.add("finished");
        }
    };

    /** Two rows of each photo, two classes. */
    private static final class Rows implements FeatureRows {
        @Override
        public int count() {
            return ROWS;
        }

        @Override
        public int features() {
            return 1;
        }

        @Override
        public int label(int row) {
            return row / 2 % 2;
        }

        @Override
        public int group(int row) {
            return row / 2;
        }

        @Override
        public void read(int[] rows, INDArray batch) {
            for (int i = 0; i < rows.length; i++) {
                batch.putScalar(i, 0, label(rows[i]) + 0.1 * (rows[i] % 5));
            }
        }
    }

    /**
     * Solves a head of few rows.
     *
     * @param seconds how long each of its steps seems to take
     */
    private void solve(double seconds) {
        HeadSettings settings = new HeadSettings(2, 0, List.of(), 9, 1, 1 << 20);
        Iterator<Long> clock =
                Stream.iterate(0L, time -> time + (long) (seconds * 1e9)).iterator();
        new SolvingTask(HeadSolver.lbfgs(settings), new Rows(), 2, listener, () -> {}, clock::next).run();
    }

    @Test
    void solvingThatTakesAMomentIsNoTask() {
        solve(0.001);
        assertEquals(List.of(), calls);
    }

    @Test
    void manyClassesAreSolvedWithAWarning() {
        HeadSettings settings = new HeadSettings(1001, 0, List.of(), 9, 1, 0);
        new SolvingTask(HeadSolver.lbfgs(settings), new Rows(), 2, listener, () -> {}, () -> 0).run();
        assertEquals(1, calls.size(), calls.toString());
        assertTrue(calls.get(0).startsWith("head: L-BFGS goes through all 24 views hundreds of times"), calls.get(0));
    }

    /** A solver whose steps are used up. */
    private static final class Unfinished implements HeadSolver {
        @Override
        public String name() {
            return "L-BFGS";
        }

        @Override
        public SolvedHead solve(FeatureRows rows, SolvingListener solving) {
            return new SolvedHead(new float[2], new float[2], 0.1, 0.5, false);
        }
    }

    @Test
    void headThatHasNotConvergedIsSaid() {
        new SolvingTask(new Unfinished(), new Rows(), 2, listener, () -> {}).run();
        assertEquals(1, calls.size(), calls.toString());
        assertTrue(calls.get(0).startsWith("head: L-BFGS had not converged"), calls.get(0));
    }

    @Test
    void longSolvingIsATaskInPhotos() {
        solve(4);
        assertEquals("solving of 156", calls.get(0));
        assertEquals("0, solution 1 of 19", calls.get(1));
        assertEquals("144, solution 19 of 19", calls.get(calls.size() - 2));
        assertEquals("finished", calls.get(calls.size() - 1));
    }
}
