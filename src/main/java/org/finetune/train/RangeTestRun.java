package org.finetune.train;

import java.util.List;
import java.util.Optional;
import org.finetune.data.Dataset;
import org.finetune.data.quality.DataReport;
import org.finetune.engine.OpProfile;
import org.finetune.model.Architecture;
import org.finetune.model.Weights;
import org.finetune.run.Interruption;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.weights.ResolvedWeights;
import org.finetune.weights.WeightsResolver;

/** Learning-rate range tests on the photos, activations and heads that a training run with the same settings has. */
public final class RangeTestRun {
    private final TrainSettings settings;
    private final Architecture architecture;
    private final Dataset data;
    private final WeightsResolver resolver;
    private final Optional<ParentRun> parent;
    private final TrainingListener listener;
    private final Interruption interruption;

    /**
     * A test of one phase.
     *
     * @param phase the phase
     * @param rates Adam learning rate of each step
     * @param listener is notified of each step
     */
    public record Test(Phase phase, double[] rates, StepListener listener) {}

    /** Is notified of the steps of a test. */
    @FunctionalInterface
    public interface StepListener {

        /**
         * A step was taken.
         *
         * @param learningRate its learning rate
         * @param loss mean cross-entropy of its batch before it, perhaps no finite number
         * @return whether to go on
         */
        boolean stepTaken(double learningRate, double loss);
    }

    /**
     * Prepares tests.
     *
     * @param data the photos
     * @param resolver finds the pretrained weights
     * @param parent the run whose network to begin with instead, if there is one
     * @param interruption ends the tests early
     */
    public RangeTestRun(
            TrainSettings settings,
            Dataset data,
            WeightsResolver resolver,
            Optional<ParentRun> parent,
            TrainingListener listener,
            Interruption interruption) {
        this.settings = settings;
        this.architecture = Architecture.of(settings.get(Setting.ALPHA), settings.get(Setting.SIZE));
        this.data = data;
        this.resolver = resolver;
        this.parent = parent;
        this.listener = listener;
        this.interruption = interruption;
    }

    /**
     * Runs tests. For one of phase 2 the head is trained first, as in a training run.
     *
     * @throws org.finetune.FinetuneException if the photos or the weights cannot be used, or the head's training diverges
     */
    public void run(List<Test> tests) {
        ResolvedWeights weights = parent.map(ParentRun::weights).orElseGet(() -> resolver.resolve(architecture));
        RunHeader.announce(settings, data, weights, listener);
        RunNetwork network =
                RunNetwork.of(settings, architecture, data.classes(), weights.weights(), parent, OpProfile.NONE);
        try (TemporaryDirectory activations = TemporaryDirectory.create();
                SharedWork shared = new SharedWork(activations.path(), data, List.of(settings))) {
            run(tests, new RunContext(settings, network, data, shared, listener, interruption, TimeLimit.NONE));
        }
    }

    private static void run(List<Test> tests, RunContext run) {
        FeatureCaches features = new FeatureExtraction(run).run();
        UsablePhotos usable = new UsablePhotos(run, features);
        usable.requireEnough();
        DataReport report = new TrainingDataCheck(run.settings(), run.data(), features).report(usable.skipped());
        Recipe recipe = new Recipe(
                run,
                features,
                SampleGroups.of(features.train().samples(), run.data().train(), report, run.settings()));
        for (Test test : tests) {
            Weights initial = test.phase().isHead()
                    ? run.network().initial()
                    : recipe.trainHead(new UnsavedRecord(run.interruption())).weights();
            recipe.testRates(test, initial);
        }
    }
}
