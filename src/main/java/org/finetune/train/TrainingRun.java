package org.finetune.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.zoo.PretrainedType;
import org.finetune.compute.Backend;
import org.finetune.compute.Engine;
import org.finetune.compute.fast.FastEngine;
import org.finetune.compute.fast.OpProfile;
import org.finetune.compute.graph.GraphEngine;
import org.finetune.config.SettingsWriter;
import org.finetune.config.TrainSettings;
import org.finetune.data.BadImage;
import org.finetune.data.BadImagePolicy;
import org.finetune.data.Dataset;
import org.finetune.data.ImageFolder;
import org.finetune.data.Preprocessing;
import org.finetune.model.Architecture;
import org.finetune.model.GraphWeights;
import org.finetune.model.HeadInitializer;
import org.finetune.model.MobileNetV2;
import org.finetune.model.SavedModel;
import org.finetune.model.TransferGraph;
import org.finetune.run.RunDirectory;
import org.finetune.run.RunLog;
import org.finetune.train.cache.FeatureTimes;
import org.finetune.weights.ResolvedWeights;
import org.finetune.weights.WeightsResolver;

/** A training run from a folder of images to a run directory. */
public final class TrainingRun {
    private final TrainSettings settings;
    private final Architecture architecture;
    private final WeightsResolver resolver;
    private final Map<String, ?> versions;
    private final OpProfile profile;
    private final TrainingListener listener;
    private final Stopwatch stopwatch = new Stopwatch();

    /**
     * Prepares a run.
     *
     * @param resolver finds the pretrained weights
     * @param versions what the run is made with, for the record
     * @param profile where the time of each operation of the fast engine is added up, or null
     */
    public TrainingRun(
            TrainSettings settings,
            WeightsResolver resolver,
            Map<String, ?> versions,
            OpProfile profile,
            TrainingListener listener) {
        this.settings = settings;
        this.architecture = Architecture.of(settings.alpha(), settings.size());
        this.resolver = resolver;
        this.versions = versions;
        this.profile = profile;
        this.listener = new LoggedProgress(listener);
    }

    /**
     * Trains and writes the run directory.
     *
     * @param afterwards hears of the run when its files are written, while its log is still open
     * @throws org.finetune.FinetuneException if the images, the weights or the place to write cannot be used, or the
     *     training diverges
     */
    @SuppressWarnings("try") // The log is written through SLF4J while it is open.
    public TrainingSummary run(Consumer<FinishedRun> afterwards) {
        Dataset data = ImageFolder.forTraining(settings.data(), settings.valSplit());
        if (settings.classes() != null) {
            data.requireClasses(settings.classes());
        }
        stopwatch.lap("scan");
        ResolvedWeights weights = resolver.resolve(architecture);
        stopwatch.lap("weights");
        RunDirectory directory = RunDirectory.create(settings.out(), settings.data());
        try (RunLog log = new RunLog(directory.log())) {
            announce(data, weights, directory);
            RunFiles files = new RunFiles(directory);
            files.config(SettingsWriter.toYaml(settings, provenance(weights)));
            FinishedRun finished = train(data, weights, directory, files);
            afterwards.accept(finished);
            return finished.summary();
        }
    }

    private void announce(Dataset data, ResolvedWeights weights, RunDirectory directory) {
        listener.fact(
                "Data",
                String.format(
                        "%d classes (%s), %d training and %d validation images in '%s'",
                        data.classes().size(),
                        String.join(", ", data.classes()),
                        data.train().size(),
                        data.validation().size(),
                        settings.data()));
        int ignored = data.counts().otherFiles() + data.counts().hidden();
        if (ignored > 0) {
            listener.info(String.format(
                    "Ignored %d files that are no images and %d hidden ones",
                    data.counts().otherFiles(), data.counts().hidden()));
        }
        data.warnings().forEach(listener::warning);
        listener.fact(
                "Network",
                "MobileNetV2, alpha " + settings.alpha() + ", input " + settings.size() + "x" + settings.size());
        listener.fact("Weights", weights.origin() + ", SHA-256 " + weights.sha256());
        if (!weights.warning().isEmpty()) {
            listener.warning(weights.warning());
        }
        listener.fact("Backend", Backend.description());
        listener.fact("Run", directory.path().toString());
    }

    private Map<String, Object> provenance(ResolvedWeights weights) {
        Map<String, Object> provenance = new LinkedHashMap<>(versions);
        provenance.put("weights-origin", weights.origin());
        provenance.put("weights-sha256", weights.sha256());
        return provenance;
    }

    private FinishedRun train(Dataset data, ResolvedWeights weights, RunDirectory directory, RunFiles files) {
        int classes = data.classes().size();
        Engine engine = engine(classes);
        ComputationGraph graph = headGraph(weights, classes);
        stopwatch.lap("prepare");
        data.bad().forEach(image -> listener.warning("skipped '" + image.path() + "': " + image.reason()));
        List<BadImage> skipped = new ArrayList<>(data.bad());
        PhaseOutcome head;
        PhaseOutcome fineTuned = null;
        int trainImages;
        FeatureTimes featureTimes;
        try (Recipe recipe = new Recipe(settings, architecture, data, engine, listener)) {
            skipped.addAll(recipe.fillCaches(graph, weights.sha256(), directory.cache()));
            files.skipped(skipped);
            new BadImagePolicy(settings.strict(), settings.maxBadFraction())
                    .check(
                            skipped,
                            data.bad().size()
                                    + data.train().size()
                                    + data.validation().size());
            recipe.requireImages();
            stopwatch.lap("features");
            head = recipe.trainHead(graph, files);
            stopwatch.lap("head");
            if (recipe.hasFineTuning()) {
                GraphWeights.write(head.weights(), graph, architecture.network(classes));
                fineTuned = recipe.fineTune(graph, files);
                stopwatch.lap("fine-tune");
            }
            trainImages = recipe.trainImages();
            featureTimes = recipe.featureTimes();
        }
        PhaseOutcome kept = fineTuned == null || fineTuned.isWorseThan(head) ? head : fineTuned;
        SavedModel model = save(files, graph, data.classes(), kept);
        files.predictions(data.classes(), kept.predictions());
        stopwatch.lap("save");
        TrainingSummary summary = new TrainingSummary(
                directory.path(),
                kept.phase(),
                head.validation(),
                fineTuned == null ? null : fineTuned.validation(),
                trainImages,
                skipped.size(),
                stopwatch.total(),
                featureTimes);
        files.metrics(summary, stopwatch.stages());
        return new FinishedRun(
                directory, settings, provenance(weights), data, skipped, model, kept.predictions(), summary);
    }

    private Engine engine(int classes) {
        return switch (settings.engine()) {
            case FAST -> new FastEngine(architecture, classes, profile);
            case GRAPH -> new GraphEngine(architecture, classes);
        };
    }

    private ComputationGraph headGraph(ResolvedWeights weights, int classes) {
        MobileNetV2 zooModel = new MobileNetV2(
                architecture, MobileNetV2.IMAGENET_CLASSES, settings.seed(), wanted -> weights.weights());
        ComputationGraph graph = TransferGraph.withNewHead(
                zooModel.initPretrained(PretrainedType.IMAGENET),
                architecture,
                classes,
                settings.dropout(),
                settings.headLr());
        GraphWeights.write(
                HeadInitializer.glorotUniform(architecture, classes, settings.seed()),
                graph,
                architecture.head(classes));
        return graph;
    }

    private SavedModel save(RunFiles files, ComputationGraph graph, List<String> classes, PhaseOutcome kept) {
        ComputationGraph result = TransferGraph.unfrozen(graph);
        GraphWeights.write(kept.weights(), result, architecture.network(classes.size()));
        SavedModel model = new SavedModel(
                architecture,
                classes,
                kept.phase() == Phase.HEAD ? 0 : settings.unfreeze(),
                new Preprocessing(settings.size()).toMap(),
                kept.weights());
        files.model(model, result);
        return model;
    }
}
