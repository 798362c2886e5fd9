package org.finetune.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.finetune.ExitCode;
import org.finetune.cli.output.Console;
import org.finetune.cli.output.Prediction;
import org.finetune.cli.output.PredictionFormat;
import org.finetune.cli.output.PredictionWriter;
import org.finetune.data.BadPhoto;
import org.finetune.data.BadPhotoNotices;
import org.finetune.data.Photo;
import org.finetune.data.PhotoPaths;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.explain.OverlayDirectory;
import org.finetune.inference.Classification;
import org.finetune.inference.ImageClassifier;
import org.finetune.metrics.FeatureDistance;
import org.finetune.model.SavedModel;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code finetune predict}. */
@Command(
        name = "predict",
        description = {"Says what is on photos, with the probability of each class."},
        footer = {
            "  finetune predict runs/flowers photo.jpg",
            "  finetune predict runs/flowers holiday/ 'more/**/*.jpg' --top 3",
            "  finetune predict runs/flowers holiday/ --threshold 0.8",
            "  finetune predict runs/flowers holiday/ --explain holiday-maps",
            "  find . -name '*.jpg' | finetune predict runs/flowers - --format csv"
        })
final class PredictCommand extends Subcommand {
    @Mixin
    private ClassifierOptions classifierOptions;

    // Of the type Path for the shell's completion.
    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "PHOTO",
            description =
                    "Files, directories (with all photos below them), patterns such as 'photos/**/*.jpg', or - for"
                            + " paths on standard input, one a line.")
    private List<Path> photos;

    @Option(
            names = "--top",
            paramLabel = "<n>",
            defaultValue = "1",
            description = "Number of classes to name for each photo. Default: 1.")
    private int top;

    @Option(
            names = "--format",
            paramLabel = "<format>",
            defaultValue = "table",
            description = "Form of the result: table, csv or jsonl. Default: table.")
    private PredictionFormat format;

    @Option(
            names = "--explain",
            paramLabel = "<dir>",
            description =
                    "Write each photo to this directory, too, with the places marked in yellow that speak the most"
                            + " for its class. Files that are there already are left alone.")
    private Path explain;

    @Option(
            names = "--threshold",
            paramLabel = "<p>",
            converter = ShareConverter.class,
            description =
                    "Answer unknown where the most probable class has a probability below this, from 0 to 1, or the"
                            + " photo is unlike the training photos. The report proposes thresholds.")
    private Double threshold;

    @Override
    public Integer call() {
        require(top >= 1, "--top must be at least 1, not " + top);
        SettingValues settings = classifierOptions.settings();
        Console console = console();
        PhotoPaths named = PhotoPaths.expand(
                PhotoArguments.read(photos.stream().map(Path::toString).toList(), System.in));
        NativeDecoder.INSTANCE.startEarly();
        SavedModel model = classifierOptions.model();
        Optional<FeatureDistance> training =
                threshold == null ? Optional.empty() : classifierOptions.trainingFeatures(model, console::warning);
        ImageClassifier classifier = ClassifierOptions.start(model, settings, console::warning);
        if (training.isPresent()) {
            classifier = classifier.comparing(training.get());
        }
        List<BadPhoto> bad = new ArrayList<>(named.bad());
        BadPhotoNotices notices = new BadPhotoNotices(console::warning);
        bad.forEach(notices::add);
        PredictionWriter writer = format.writer(
                console.out(),
                console.outTerminal(),
                named.photos().stream().map(Photo::id).toList(),
                model.classes(),
                top,
                explain != null,
                threshold != null);
        OverlayDirectory overlays = explain == null
                ? null
                : new OverlayDirectory(
                        explain,
                        new ImageDecoder(
                                Preprocessing.fromMap(model.preprocessing()), settings.get(Setting.MAX_PIXELS)));
        Consumer<Classification> results = result -> {
            Photo photo = named.photos().get(result.photo());
            if (result.failed()) {
                BadPhoto unusable = new BadPhoto(photo.id(), result.failure());
                bad.add(unusable);
                notices.add(unusable);
                return;
            }
            Path map = overlays == null ? null : explain(overlays, photo, result, console);
            Prediction prediction = Prediction.of(photo.id(), model.classes(), result.probabilities(), top, map);
            writer.write(threshold == null ? prediction : prediction.answered(threshold, result.unlike()));
        };
        if (overlays == null) {
            classifier.classify(named.photos(), results);
        } else {
            classifier.explain(named.photos(), results);
        }
        console.out().flush();
        if (overlays != null) {
            console.info(
                    "Wrote " + overlays.written() + (overlays.written() == 1 ? " map to " : " maps to ") + explain);
        }
        notices.finish("which have no line in the output");
        ClassifierOptions.policy(settings)
                .check(bad, named.photos().size() + named.bad().size());
        return ExitCode.SUCCESS.code();
    }

    /** Writes the map of a photo, and returns the file, or null if the photo is no longer there. */
    private static Path explain(OverlayDirectory overlays, Photo photo, Classification result, Console console) {
        try {
            return overlays.write(photo, result.map());
        } catch (IOException e) {
            console.warning("'" + photo.id() + "' has changed and cannot be explained: " + e.getMessage());
            return null;
        }
    }
}
