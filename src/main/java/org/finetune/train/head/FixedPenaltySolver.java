package org.finetune.train.head;

/** Multinomial logistic regression as that of {@link CrossValidatedSolver}, with a penalty that is known. */
final class FixedPenaltySolver implements HeadSolver {
    private static final int ITERATIONS = 100;
    private static final double TOLERANCE = 1e-3;

    private final HeadSettings settings;
    private final double lambda;

    FixedPenaltySolver(HeadSettings settings, double lambda) {
        this.settings = settings;
        this.lambda = lambda;
    }

    @Override
    public String name() {
        return CrossValidatedSolver.NAME;
    }

    @Override
    public SolvedHead solve(FeatureRows rows, SolvingListener listener) {
        CrossValidatedSolver.labels(rows, settings.classes());
        Standardization standardization = Standardization.of(rows);
        try (FeatureBlocks blocks = new FeatureBlocks(rows, standardization, new int[rows.count()], settings.memory());
                MeanCrossEntropy mean = new MeanCrossEntropy(blocks, settings.classes(), settings.threads())) {
            double[] zero = new double[(rows.features() + 1) * settings.classes()];
            Solutions solutions = new Solutions(1, rows.count(), listener);
            Lbfgs.Minimum minimum = Lbfgs.minimize(
                    solutions.watched(CrossValidatedSolver.penalized(mean, blocks.all(), settings, lambda)),
                    zero,
                    ITERATIONS,
                    TOLERANCE);
            return standardization.fold(
                    minimum.point(), settings.classes(), lambda, minimum.value(), minimum.converged());
        }
    }
}
