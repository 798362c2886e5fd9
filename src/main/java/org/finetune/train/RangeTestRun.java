package org.finetune.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.data.Dataset;
import org.finetune.model.Architecture;
import org.finetune.run.Interruption;
import org.finetune.run.RunDirectory;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.train.checkpoint.CheckpointDirectory;
import org.finetune.weights.ResolvedWeights;
import org.finetune.weights.WeightsResolver;

/** Learning-rate range tests on the images, activations and heads that a training run with the same settings has. */
public final class RangeTestRun {
    private final TrainSettings settings;
    private final Architecture architecture;
    private final Dataset data;
    private final WeightsResolver resolver;
    private final TrainingListener listener;
    private final Interruption interruption;

    /**
     * A test of one phase.
     *
     * @param phase the phase
     * @param rates Adam learning rate of each step
     * @param listener hears of each step
     */
    public record Test(Phase phase, double[] rates, StepListener listener) {}

    /** Hears of the steps of a test. */
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
     * @param data the images
     * @param resolver finds the pretrained weights
     * @param interruption ends the tests early
     */
    public RangeTestRun(
            TrainSettings settings,
            Dataset data,
            WeightsResolver resolver,
            TrainingListener listener,
            Interruption interruption) {
        this.settings = settings;
        this.architecture = Architecture.of(settings.get(Setting.ALPHA), settings.get(Setting.SIZE));
        this.data = data;
        this.resolver = resolver;
        this.listener = listener;
        this.interruption = interruption;
    }

    /**
     * Runs tests. For one of phase 2 the head is trained first, as in a training run.
     *
     * @throws org.finetune.FinetuneException if the images or the weights cannot be used, or the head's training diverges
     */
    public void run(List<Test> tests) {
        ResolvedWeights weights = resolver.resolve(architecture);
        RunHeader.announce(settings, data, weights, listener);
        Path directory = temporaryDirectory();
        try (SharedWork shared = new SharedWork(directory.resolve("cache"), data, List.of(settings))) {
            run(tests, weights, new RunDirectory(directory), shared);
        } finally {
            delete(directory);
        }
    }

    private void run(List<Test> tests, ResolvedWeights weights, RunDirectory directory, SharedWork shared) {
        NetworkFactory network =
                new NetworkFactory(settings, architecture, data.classes().size());
        ComputationGraph graph = network.withNewHead(weights.weights());
        try (Recipe recipe =
                new Recipe(new RunContext(settings, architecture, data, network.engine(null), shared, listener))) {
            recipe.requireImages(recipe.fillCaches(graph, weights.sha256(), interruption));
            for (Test test : tests) {
                if (test.phase() == Phase.FINE_TUNE) {
                    recipe.trainHead(graph, progress(directory));
                }
                recipe.testRates(graph, test, interruption);
            }
        }
    }

    private RunProgress progress(RunDirectory directory) {
        return new RunProgress(
                settings,
                new RunFiles(directory),
                new CheckpointDirectory(directory.checkpoints(), listener::warning),
                interruption,
                new Stopwatch());
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("finetune-find-lr");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
