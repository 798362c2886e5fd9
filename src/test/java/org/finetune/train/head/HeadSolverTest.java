package org.finetune.train.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.finetune.testing.SharedMaterial;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Solved heads against gradient descent in plain loops. */
class HeadSolverTest {
    private static final int FEATURES = 6;
    private static final int CLASSES = 3;
    private static final List<Double> WEIGHTS = List.of(0.5, 2.0, 1.0);

    private static HeadSettings settings(double smoothing, List<Double> weights, int threads, long memory) {
        return new HeadSettings(CLASSES, smoothing, weights, 9, threads, memory);
    }

    private static SolvedHead solve(ArrayRows rows, double smoothing, List<Double> weights) {
        return new CrossValidatedSolver(settings(smoothing, weights, 2, 1 << 20)).solve(rows);
    }

    /** The layer for standardized features, from one for features as they are: kernel, then bias. */
    private static double[] unfolded(SolvedHead head, ArrayRows rows, int classes) {
        double[] mean = ReferenceHead.mean(rows.values());
        double[] scale = ReferenceHead.scale(rows.values());
        double[] parameters = new double[(mean.length + 1) * classes];
        for (int c = 0; c < classes; c++) {
            int bias = mean.length * classes + c;
            parameters[bias] = head.bias()[c];
            for (int f = 0; f < mean.length; f++) {
                parameters[f * classes + c] = scale[f] * head.kernel()[f * classes + c];
                parameters[bias] += mean[f] * head.kernel()[f * classes + c];
            }
        }
        return parameters;
    }

    /**
     * Within what the tolerance of the gradient leaves open. Biases are determined up to a summand that all have in common,
     * which both leave at 0 in the mean.
     */
    private static void assertSame(double[] expected, double[] actual) {
        assertArrayEquals(expected, actual, 1e-3);
    }

    @Test
    void aHeadIsTheMinimum() {
        ArrayRows rows = ArrayRows.random(40, FEATURES, CLASSES, 3);
        for (double smoothing : new double[] {0, 0.1}) {
            for (List<Double> weights : List.of(List.<Double>of(), WEIGHTS)) {
                SolvedHead head = solve(rows, smoothing, weights);
                ReferenceHead reference = new ReferenceHead(rows, rows, CLASSES, smoothing, weights);
                double[] expected = reference.solve(head.lambda(), 1e-8);
                double[] parameters = unfolded(head, rows, CLASSES);
                double least = reference.objective(expected, head.lambda());
                assertEquals(least, reference.objective(parameters, head.lambda()), 1e-6);
                assertEquals(reference.objective(parameters, 0), head.loss(), 1e-5);
                assertSame(expected, parameters);
                assertTrue(head.converged());
            }
        }
    }

    @Test
    void lambdaIsTheOneOfLeastCrossValidatedLogLoss() {
        for (int photos : new int[] {9, 18}) {
            ArrayRows rows = ArrayRows.random(photos, FEATURES, CLASSES, photos);
            int[] folds = GroupedFolds.of(rows.labels(), rows.groups(), CLASSES, 3, 9);
            double least = Double.POSITIVE_INFINITY;
            double expected = 0;
            for (double lambda : CrossValidatedSolver.LAMBDAS) {
                double loss = 0;
                for (int fold = 0; fold < 3; fold++) {
                    boolean[] held = new boolean[folds.length];
                    boolean[] training = new boolean[folds.length];
                    for (int row = 0; row < folds.length; row++) {
                        held[row] = folds[row] == fold;
                        training[row] = folds[row] != fold;
                    }
                    double[] parameters =
                            new ReferenceHead(rows.where(training), rows, CLASSES, 0, WEIGHTS).solve(lambda, 3e-4);
                    ArrayRows validation = rows.where(held);
                    loss += validation.count()
                            * new ReferenceHead(validation, rows, CLASSES, 0, WEIGHTS).objective(parameters, 0);
                }
                if (loss < least) {
                    least = loss;
                    expected = lambda;
                }
            }
            assertEquals(expected, solve(rows, 0, WEIGHTS).lambda());
        }
    }

    @Test
    void threadsMemoryAndRepetitionChangeNoBit() {
        ArrayRows rows = ArrayRows.random(200, FEATURES, CLASSES, 4);
        SolvedHead expected = new CrossValidatedSolver(settings(0, List.of(), 1, 1 << 20)).solve(rows);
        for (HeadSettings other : List.of(
                settings(0, List.of(), 1, 1 << 20), settings(0, List.of(), 4, 1 << 20), settings(0, List.of(), 2, 0))) {
            SolvedHead head = new CrossValidatedSolver(other).solve(rows);
            assertArrayEquals(expected.kernel(), head.kernel());
            assertArrayEquals(expected.bias(), head.bias());
        }
    }

    @Test
    void orderOfTheRowsDoesNotMatter() {
        ArrayRows rows = ArrayRows.random(40, FEATURES, CLASSES, 3);
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, rows.count()).boxed().toList());
        Collections.shuffle(order, new Random(1));
        SolvedHead expected = solve(rows, 0, List.of());
        SolvedHead head = solve(rows.inOrder(order), 0, List.of());
        assertEquals(expected.lambda(), head.lambda());
        assertSame(unfolded(expected, rows, CLASSES), unfolded(head, rows, CLASSES));
    }

    @Test
    void classesOfOneOrTwoPhotosAreLearned() {
        ArrayRows many = ArrayRows.random(60, FEATURES, 3, 5);
        boolean[] wanted = new boolean[many.count()];
        for (int row = 0; row < wanted.length; row++) {
            wanted[row] = many.label(row) == 0 || many.group(row) < 5;
        }
        ArrayRows rows = many.where(wanted);
        SolvedHead head = solve(rows, 0, List.of());
        ReferenceHead reference = new ReferenceHead(rows, rows, CLASSES, 0, List.of());
        assertSame(reference.solve(head.lambda(), 1e-8), unfolded(head, rows, CLASSES));
    }

    @Test
    void withoutAnythingToValidateLambdaIsTheDefault() {
        ArrayRows one = ArrayRows.random(3, FEATURES, CLASSES, 5);
        assertEquals(
                CrossValidatedSolver.DEFAULT_LAMBDA, solve(one, 0, List.of()).lambda());
        ArrayRows sameGroup = new ArrayRows(one.values(), one.labels(), new int[one.count()]);
        assertEquals(
                CrossValidatedSolver.DEFAULT_LAMBDA,
                solve(sameGroup, 0, List.of()).lambda());
    }

    @Test
    void labelsMustBeBelowTheNumberOfClasses() {
        ArrayRows rows = ArrayRows.random(10, FEATURES, CLASSES + 1, 5);
        assertThrows(IllegalArgumentException.class, () -> solve(rows, 0, List.of()));
    }

    /** Of classes that are known all stays to the bit, and those of the others are the minimum beside them. */
    @Test
    void onlyClassesThatAreNotKnownAreSolved() {
        ArrayRows rows = ArrayRows.random(40, FEATURES, CLASSES, 3);
        Random random = new Random(8);
        float[] kernel = new float[FEATURES * CLASSES];
        float[] bias = new float[CLASSES];
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] = random.nextFloat() - 0.5f;
        }
        for (int c = 0; c < CLASSES; c++) {
            bias[c] = random.nextFloat() - 0.5f;
        }
        HeadSettings settings =
                new HeadSettings(CLASSES, 0.1, WEIGHTS, 9, 2, 1 << 20, new KnownClasses(Set.of(0, 2), kernel, bias));
        ReferenceHead reference = new ReferenceHead(rows, rows, CLASSES, 0.1, WEIGHTS);
        SolvedHead head = new CrossValidatedSolver(settings).solve(rows);
        SolvedHead inMinibatches = new MinibatchSolver(settings).solve(rows);
        for (SolvedHead solved : List.of(head, inMinibatches)) {
            for (int label : new int[] {0, 2}) {
                assertEquals(bias[label], solved.bias()[label]);
                for (int i = label; i < kernel.length; i += CLASSES) {
                    assertEquals(kernel[i], solved.kernel()[i]);
                }
            }
        }
        double[] parameters = unfolded(head, rows, CLASSES);
        double[] gradient = reference.gradient(parameters, head.lambda());
        double largest = 0;
        for (int i = 0; i < gradient.length; i++) {
            if (i % CLASSES == 1) {
                assertEquals(0, gradient[i], 1e-4);
            }
            largest = Math.max(largest, Math.abs(gradient[i]));
        }
        assertTrue(largest > 0.01, "With the known classes solved too it would be another head");
        assertEquals(reference.objective(parameters, 0), head.loss(), 1e-5);
    }

    @Test
    void headOfWhichAllIsKnownStaysAsItIs() {
        ArrayRows rows = ArrayRows.random(40, FEATURES, CLASSES, 3);
        SolvedHead other = solve(ArrayRows.random(40, FEATURES, CLASSES, 4), 0, List.of());
        HeadSettings settings = new HeadSettings(
                CLASSES, 0, List.of(), 9, 2, 1 << 20, new KnownClasses(Set.of(0, 1, 2), other.kernel(), other.bias()));
        SolvedHead head = HeadSolver.of(settings, rows.count()).solve(rows);
        assertArrayEquals(other.kernel(), head.kernel());
        assertArrayEquals(other.bias(), head.bias());
        ReferenceHead reference = new ReferenceHead(rows, rows, CLASSES, 0, List.of());
        assertEquals(reference.objective(unfolded(other, rows, CLASSES), 0), head.loss(), 1e-5);
        assertEquals(0, head.lambda());
    }

    @Test
    void minibatchesComeCloseToTheMinimum() {
        ArrayRows rows = ArrayRows.random(1000, FEATURES, CLASSES, 6);
        HeadSettings settings = settings(0.1, WEIGHTS, 2, 0);
        SolvedHead head = new MinibatchSolver(settings).solve(rows);
        ReferenceHead reference = new ReferenceHead(rows, rows, CLASSES, 0.1, WEIGHTS);
        double least = reference.objective(reference.solve(head.lambda(), 1e-4), head.lambda());
        double reached = reference.objective(unfolded(head, rows, CLASSES), head.lambda());
        assertEquals(least, reached, 0.01 * least);
        assertArrayEquals(
                head.kernel(),
                new MinibatchSolver(settings(0.1, WEIGHTS, 1, 0)).solve(rows).kernel());
    }

    /** Rows of which it is known which were read ahead last. */
    private static final class WatchedRows implements FeatureRows {
        private final FeatureRows rows;
        private final List<int[]> pools = new ArrayList<>();
        private final BitSet ahead = new BitSet();

        WatchedRows(FeatureRows rows) {
            this.rows = rows;
        }

        @Override
        public int count() {
            return rows.count();
        }

        @Override
        public int features() {
            return rows.features();
        }

        @Override
        public int label(int row) {
            return rows.label(row);
        }

        @Override
        public int group(int row) {
            return rows.group(row);
        }

        @Override
        public void readAhead(int[] numbers) {
            pools.add(numbers.clone());
            ahead.clear();
            IntStream.of(numbers).forEach(ahead::set);
        }

        @Override
        public void read(int[] numbers, INDArray batch) {
            boolean standardizing = pools.isEmpty();
            for (int i = 0; i < numbers.length; i++) {
                assertTrue(standardizing ? i == 0 || numbers[i] == numbers[i - 1] + 1 : ahead.get(numbers[i]));
            }
            rows.read(numbers, batch);
        }
    }

    /** Features may be in a file that is larger than the memory. */
    @Test
    void minibatchesOfManyRowsAreShuffledWithinPoolsThatAreReadInOrder() {
        WatchedRows rows = new WatchedRows(ArrayRows.random(Pools.SIZE, 2, 2, 6));
        new MinibatchSolver(new HeadSettings(2, 0, List.of(), 9, 2, 0)).solve(rows);
        assertEquals(0, rows.pools.size() % 2);
        BitSet seen = new BitSet();
        for (int[] pool : rows.pools.subList(0, 2)) {
            long gaps = IntStream.range(1, pool.length)
                    .filter(i -> pool[i] != pool[i - 1] + 1)
                    .peek(i -> assertTrue(pool[i] > pool[i - 1]))
                    .count();
            assertTrue(gaps <= pool.length / 32, gaps + " gaps");
            IntStream.of(pool).forEach(seen::set);
        }
        assertEquals(rows.count(), seen.cardinality());
        assertFalse(Arrays.equals(rows.pools.get(0), rows.pools.get(2)), "Each epoch has other pools");
    }

    @Test
    void largeSetsAreTrainedInMinibatches() {
        HeadSettings few = settings(0, List.of(), 1, 0);
        assertInstanceOf(CrossValidatedSolver.class, HeadSolver.of(few, 200_000));
        assertInstanceOf(MinibatchSolver.class, HeadSolver.of(few, 200_001));
        HeadSettings many = new HeadSettings(1001, 0, List.of(), 1, 1, 0);
        assertInstanceOf(MinibatchSolver.class, HeadSolver.of(many, 10));
        ArrayRows rows = ArrayRows.random(10, FEATURES, CLASSES, 3);
        assertEquals(
                "L-BFGS goes through all 20 views hundreds of times and takes about 3 MiB of memory; without --head-solver "
                        + "lbfgs, Adam goes through them in minibatches at most 100 times",
                HeadSolver.lbfgs(many).caution(rows));
        assertEquals("", HeadSolver.lbfgs(few).caution(rows));
        assertEquals("", HeadSolver.of(many, 10).caution(rows));
    }

    /** How far a solver said that it was. */
    private record Position(long done, long total, String place) {}

    private static List<Position> positions(HeadSolver solver, FeatureRows rows) {
        List<Position> positions = new ArrayList<>();
        solver.solve(rows, (done, total, place) -> positions.add(new Position(done, total, place)));
        for (int i = 1; i < positions.size(); i++) {
            assertEquals(positions.get(0).total(), positions.get(i).total());
            assertTrue(positions.get(i).done() >= positions.get(i - 1).done());
        }
        return positions;
    }

    @Test
    void solversSayHowFarTheyAre() {
        ArrayRows rows = ArrayRows.random(30, FEATURES, CLASSES, 3);
        HeadSettings settings = settings(0, List.of(), 1, 1 << 20);
        List<Position> solutions = positions(new CrossValidatedSolver(settings), rows);
        assertEquals(new Position(0, (2 * 6 + 1) * 60, "solution 1 of 19"), solutions.get(0));
        assertEquals(
                new Position(2 * 6 * 60, (2 * 6 + 1) * 60, "solution 19 of 19"), solutions.get(solutions.size() - 1));
        List<Position> epochs = positions(new MinibatchSolver(settings), rows);
        for (int i = 0; i < epochs.size(); i++) {
            assertEquals(new Position(60L * i, 6000, "epoch " + (i + 1) + " of at most 100"), epochs.get(i));
        }
    }

    @Test
    void listenersEndTheSolving() {
        ArrayRows rows = ArrayRows.random(30, FEATURES, CLASSES, 3);
        HeadSettings settings = settings(0, List.of(), 1, 1 << 20);
        for (HeadSolver solver : List.of(new CrossValidatedSolver(settings), new MinibatchSolver(settings))) {
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> solver.solve(rows, (done, total, place) -> {
                        if (done > 0) {
                            throw new UnsupportedOperationException();
                        }
                    }));
        }
    }

    /**
     * The features of real photos have 1,280 dimensions, of which some vary little, and far more than there are photos. What
     * is left of the gradient comes from rounding the folded layer to float32.
     */
    @Test
    void realFeaturesAreSolved() {
        Path golden = SharedMaterial.require("golden/alpha035_224_unfreeze0");
        INDArray features =
                Nd4j.createFromNpyFile(golden.resolve("features.npy").toFile());
        int[] labels =
                Nd4j.createFromNpyFile(golden.resolve("labels.npy").toFile()).toIntVector();
        int classes = 1 + IntStream.of(labels).max().orElseThrow();
        ArrayRows rows = new ArrayRows(
                features.toFloatMatrix(),
                labels,
                IntStream.range(0, labels.length).toArray());
        SolvedHead head = new CrossValidatedSolver(new HeadSettings(classes, 0, List.of(), 1, 2, 1 << 26)).solve(rows);
        ReferenceHead reference = new ReferenceHead(rows, rows, classes, 0, List.of());
        double[] gradient = reference.gradient(unfolded(head, rows, classes), head.lambda());
        for (double component : gradient) {
            assertEquals(0, component, 1e-4);
        }
        assertTrue(head.loss() < Math.log(classes), "The loss is " + head.loss());
    }
}
