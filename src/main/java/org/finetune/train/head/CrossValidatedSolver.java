package org.finetune.train.head;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.finetune.train.head.FeatureBlocks.Block;

/**
 * Multinomial logistic regression by L-BFGS: mean cross-entropy plus {@code lambda / 2} times the squared kernel on
 * standardized features, the bias free. Lambda is the one with the least log-loss in cross-validation with 3 folds; it is 0
 * where all classes are known, and nothing is to be solved.
 */
final class CrossValidatedSolver implements HeadSolver {
    /** From the largest on, so that each solution begins near the one before. */
    static final List<Double> LAMBDAS = List.of(1.0, 0.3, 0.1, 0.03, 0.01, 0.001);

    static final String NAME = "L-BFGS";

    /** Where there is nothing to validate with: no class has rows of two groups. */
    static final double DEFAULT_LAMBDA = 0.01;

    /** In float64 some 20 copies in the history, 12 of points and gradients, and with float32 ones 16 in the lanes. */
    private static final long BYTES_OF_A_PARAMETER = 400;

    private static final int FOLDS = 3;
    private static final int ITERATIONS = 100;
    /**
     * The largest component of the gradient at which the solution ends, whatever lambda is. On 1,000 photos of flowers the
     * objective is then within 0.0003 of its minimum; in proportion to lambda it would take up to five times as many passes for that.
     */
    private static final double TOLERANCE = 1e-4;
    /** Enough to tell one lambda from another: the log-loss is right to some 0.001. */
    private static final double CHOICE_TOLERANCE = 1e-3;

    private final HeadSettings settings;

    CrossValidatedSolver(HeadSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String caution(FeatureRows rows) {
        if (!MinibatchSolver.isFor(settings, rows.count())) {
            return "";
        }
        long parameters = (rows.features() + 1L) * settings.classes();
        long features = (long) rows.count() * rows.features() * Float.BYTES;
        long bytes = BYTES_OF_A_PARAMETER * parameters + Math.min(settings.memory(), features);
        return String.format(
                Locale.ROOT,
                "L-BFGS goes through all %,d views hundreds of times and takes about %,d MiB of memory; without "
                        + "--head-solver lbfgs, Adam goes through them in minibatches at most %d times",
                rows.count(),
                (bytes >> 20) + 1,
                MinibatchSolver.MOST_EPOCHS);
    }

    @Override
    public SolvedHead solve(FeatureRows rows, SolvingListener listener) {
        int[] labels = labels(rows, settings.classes());
        int[] groups = IntStream.range(0, rows.count()).map(rows::group).toArray();
        int[] folds = GroupedFolds.of(labels, groups, settings.classes(), FOLDS, settings.seed());
        Standardization standardization = Standardization.of(rows);
        try (FeatureBlocks blocks = new FeatureBlocks(rows, standardization, folds, settings.memory());
                MeanCrossEntropy mean = new MeanCrossEntropy(blocks, settings.classes(), settings.threads())) {
            FreeParameters free = settings.known().free(standardization, settings.classes());
            // Each row is outside all folds but one.
            int count = free.isEmpty() ? 1 : Arrays.stream(folds).max().orElseThrow() + 1;
            int choosing = count > 1 ? LAMBDAS.size() : 0;
            Solutions solutions =
                    new Solutions(choosing * count + 1, (choosing * (count - 1L) + 1) * rows.count(), listener);
            double lambda = free.isEmpty() ? 0 : chooseLambda(blocks, mean, labels, folds, free, solutions);
            Objective objective = free.of(penalized(mean, blocks.all(), settings, lambda));
            Lbfgs.Minimum minimum = Lbfgs.minimize(solutions.watched(objective), free.start(), ITERATIONS, TOLERANCE);
            return settings.known()
                    .in(standardization.fold(
                            free.all(minimum.point()),
                            settings.classes(),
                            lambda,
                            minimum.value(),
                            minimum.converged()));
        }
    }

    /** The label of each row. */
    static int[] labels(FeatureRows rows, int classes) {
        int[] labels = IntStream.range(0, rows.count()).map(rows::label).toArray();
        if (labels.length == 0 || Arrays.stream(labels).anyMatch(label -> label < 0 || label >= classes)) {
            throw new IllegalArgumentException(labels.length + " rows, with labels not all below " + classes);
        }
        return labels;
    }

    private double chooseLambda(
            FeatureBlocks blocks,
            MeanCrossEntropy mean,
            int[] labels,
            int[] folds,
            FreeParameters free,
            Solutions solutions) {
        int count = Arrays.stream(folds).max().orElseThrow() + 1;
        double[] losses = new double[LAMBDAS.size()];
        boolean validated = false;
        for (int fold = 0; fold < count && count > 1; fold++) {
            int number = fold;
            List<Block> training = blocks.all().stream()
                    .filter(block -> block.fold() != number)
                    .toList();
            List<Block> held = blocks.all().stream()
                    .filter(block -> block.fold() == number)
                    .toList();
            CrossEntropy logLoss = logLoss(GroupedFolds.classesOutside(fold, folds, labels, settings.classes()));
            long rows = Arrays.stream(folds).filter(other -> other == number).count();
            validated |= IntStream.range(0, labels.length)
                    .anyMatch(row ->
                            folds[row] == number && logLoss.classWeights().get(labels[row]) > 0);
            double[] point = free.start();
            for (int i = 0; i < losses.length; i++) {
                Objective objective = free.of(penalized(mean, training, settings, LAMBDAS.get(i)));
                point = Lbfgs.minimize(solutions.watched(objective), point, ITERATIONS, CHOICE_TOLERANCE)
                        .point();
                solutions.found(labels.length - rows);
                losses[i] += rows * mean.of(held, logLoss, free.all(point), null);
            }
        }
        int best = 0;
        for (int i = 1; i < losses.length; i++) {
            best = losses[i] < losses[best] ? i : best;
        }
        return validated ? LAMBDAS.get(best) : DEFAULT_LAMBDA;
    }

    /** Without smoothing; a class that is not in the training part cannot be learned there and counts nothing. */
    private CrossEntropy logLoss(boolean[] learned) {
        List<Double> weights = new ArrayList<>();
        for (int c = 0; c < learned.length; c++) {
            double weight = settings.classWeights().isEmpty()
                    ? 1
                    : settings.classWeights().get(c);
            weights.add(learned[c] ? weight : 0.0);
        }
        return new CrossEntropy(settings.classes(), 0, weights);
    }

    /** The mean cross-entropy of blocks with its penalty. */
    static Objective penalized(MeanCrossEntropy mean, List<Block> blocks, HeadSettings settings, double lambda) {
        CrossEntropy loss = settings.loss();
        return (point, gradient) -> {
            double value = mean.of(blocks, loss, point, gradient);
            return value + Penalty.add(point, point.length - settings.classes(), lambda, gradient);
        };
    }
}
