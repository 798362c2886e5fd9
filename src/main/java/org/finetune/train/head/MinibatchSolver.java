package org.finetune.train.head;

import java.util.Arrays;
import java.util.Random;

/**
 * The same objective by Adam on minibatches of standardized features, for more rows or classes than L-BFGS can go through
 * dozens of times. The rate is halved whenever an epoch has brought little, five times. Lambda is fixed: so many
 * rows need little of it, and cross-validation would take as long as 12 more trainings.
 */
final class MinibatchSolver implements HeadSolver {
    static final int MOST_EPOCHS = 100;

    /** More rows than these are trained on in minibatches. */
    private static final int LEAST_ROWS = 200_000;
    /** More classes than these are trained in minibatches. */
    private static final int LEAST_CLASSES = 1_000;

    private static final double LAMBDA = 1e-3;
    private static final int BATCH = 4 * FeatureBlocks.ROWS;
    private static final double HIGHEST_RATE = 1e-2;
    /** How often the rate is halved. */
    private static final int HALVINGS = 5;
    /** An epoch that lowers the mean objective by less than this share brings little. */
    private static final double LITTLE = 1e-3;

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final HeadSettings settings;

    MinibatchSolver(HeadSettings settings) {
        this.settings = settings;
    }

    /** Whether there are so many rows or classes that L-BFGS takes too long. */
    static boolean isFor(HeadSettings settings, int rows) {
        return rows > LEAST_ROWS || settings.classes() > LEAST_CLASSES;
    }

    @Override
    public String name() {
        return "Adam in minibatches";
    }

    @Override
    public SolvedHead solve(FeatureRows rows, SolvingListener listener) {
        CrossValidatedSolver.labels(rows, settings.classes());
        Standardization standardization = Standardization.of(rows);
        try (FeatureBlocks blocks = new FeatureBlocks(rows, standardization, new int[0], 0);
                MeanCrossEntropy mean = new MeanCrossEntropy(blocks, settings.classes(), settings.threads())) {
            FreeParameters free = settings.known().free(standardization, settings.classes());
            return settings.known().in(new Training(blocks, mean, rows.count(), free, listener).run(standardization));
        }
    }

    /** Parameters, and Adam's moments of them. */
    private final class Training {
        private final FeatureBlocks blocks;
        private final MeanCrossEntropy mean;
        private final CrossEntropy loss = settings.loss();
        private final Random random = new Random(settings.seed());
        private final int rows;
        private final int[] places;
        private final SolvingListener listener;
        private final double[] parameters;
        private final double[] gradient;
        private final double[] first;
        private final double[] second;
        private int steps;

        Training(FeatureBlocks blocks, MeanCrossEntropy mean, int rows, FreeParameters free, SolvingListener listener) {
            this.blocks = blocks;
            this.mean = mean;
            this.rows = rows;
            this.places = free.places();
            this.listener = listener;
            this.parameters = free.all(free.start());
            this.gradient = new double[parameters.length];
            this.first = new double[parameters.length];
            this.second = new double[parameters.length];
        }

        SolvedHead run(Standardization standardization) {
            // So low that a step changes no logit by much more than 1.
            double rate = Math.min(HIGHEST_RATE, 1.0 / blocks.features());
            double least = rate / (1 << HALVINGS);
            double before = Double.POSITIVE_INFINITY;
            int epoch = 0;
            while (epoch < MOST_EPOCHS && rate >= least) {
                double objective = epoch(epoch, rate);
                rate = objective > (1 - LITTLE) * before ? rate / 2 : rate;
                before = objective;
                epoch++;
            }
            return standardization.fold(parameters, settings.classes(), LAMBDA, before, rate < least);
        }

        /** The mean of the objective over the minibatches, each before its step. */
        private double epoch(int number, double rate) {
            String place = "epoch " + (number + 1) + " of at most " + MOST_EPOCHS;
            long done = (long) number * rows;
            double sum = 0;
            for (int[] pool : Pools.deal(rows, random)) {
                blocks.readAhead(pool);
                shuffle(pool);
                for (int from = 0; from < pool.length; from += BATCH) {
                    listener.progress(done, (long) MOST_EPOCHS * rows, place);
                    int[] batch = Arrays.copyOfRange(pool, from, Math.min(from + BATCH, pool.length));
                    double value = mean.of(blocks.of(batch), loss, parameters, gradient)
                            + Penalty.add(parameters, parameters.length - settings.classes(), LAMBDA, gradient);
                    step(rate);
                    sum += value * batch.length;
                    done += batch.length;
                }
            }
            return sum / rows;
        }

        private void shuffle(int[] pool) {
            for (int i = pool.length - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                int row = pool[i];
                pool[i] = pool[other];
                pool[other] = row;
            }
        }

        private void step(double rate) {
            steps++;
            double correction1 = 1 - Math.pow(BETA1, steps);
            double correction2 = 1 - Math.pow(BETA2, steps);
            for (int i : places) {
                first[i] += (1 - BETA1) * (gradient[i] - first[i]);
                second[i] += (1 - BETA2) * (gradient[i] * gradient[i] - second[i]);
                parameters[i] -= rate * first[i] / correction1 / (Math.sqrt(second[i] / correction2) + EPSILON);
            }
        }
    }
}
