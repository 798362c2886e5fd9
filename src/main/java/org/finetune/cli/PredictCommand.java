package org.finetune.cli;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.cli.output.Console;
import org.finetune.cli.output.PredictionFormat;
import org.finetune.cli.output.PredictionWriter;
import org.finetune.data.Photo;
import org.finetune.data.PhotoParts;
import org.finetune.data.PhotoPaths;
import org.finetune.data.PhotoStream;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.data.manifest.Manifest;
import org.finetune.data.source.PhotoSources;
import org.finetune.explain.OverlayDirectory;
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
        description = {"Predicts the class of each photo, with probabilities."},
        footer = {
            "  finetune predict runs/flowers photo.jpg",
            "  finetune predict runs/flowers holiday/ 'more/**/*.jpg' --top 3",
            "  finetune predict runs/flowers holiday/ --threshold 0.8",
            "  finetune predict runs/flowers holiday/ --explain holiday-maps",
            "  find . -name '*.jpg' | finetune predict runs/flowers - --format csv",
            "  finetune predict runs/flowers --manifest test.csv --format csv"
        })
final class PredictCommand extends Subcommand {
    /** Photos that are looked for before the first is predicted; fewer are known to be all. */
    private static final int FIRST = 4096;
    /** Photos of each further part. They are many, since the network is laid out anew for each part. */
    private static final int PART = 16 * FIRST;

    @Mixin
    private ClassifierOptions classifierOptions;

    // Of the type Path for the shell's completion.
    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "PHOTO",
            description =
                    "Files, directories (searched recursively), patterns such as 'photos/**/*.jpg', archives (zip, "
                            + "tar), shards such as 'shard-{00..99}.tar', Parquet files, or - to read paths from standard input, "
                            + "one per line. If - is the only argument, each line is answered at once.")
    private List<Path> photos = List.of();

    @Option(
            names = "--manifest",
            paramLabel = "<file>",
            description = "Predict the photos that a CSV, TSV or JSONL file lists, in its order, instead of PHOTO.")
    private Path manifest;

    @Option(
            names = "--top",
            paramLabel = "<n>",
            defaultValue = "1",
            description = "Number of classes to print for each photo. Default: 1.")
    private int top;

    @Option(
            names = "--format",
            paramLabel = "<format>",
            defaultValue = "table",
            description = "Output format: table, csv or jsonl. Default: table.")
    private PredictionFormat format;

    @Option(
            names = "--explain",
            paramLabel = "<dir>",
            description = "Also write each photo to this directory with the regions that support its predicted class "
                    + "highlighted in yellow. Existing files are not overwritten.")
    private Path explain;

    @Mixin
    private ThresholdOption threshold;

    @Override
    public Integer call() {
        require(top >= 1, "--top must be at least 1, not " + top);
        require(
                manifest != null || !photos.isEmpty(),
                "Nothing to predict; give photos, or a list of them with --manifest");
        require(manifest == null || photos.isEmpty(), "--manifest lists the photos; omit '" + first() + "'");
        SettingValues settings = classifierOptions.settings();
        Console console = console();
        List<String> arguments = photos.stream().map(Path::toString).toList();
        Iterator<List<String>> parts =
                manifest == null ? PhotoArguments.read(arguments, System.in) : Collections.emptyIterator();
        PhotoParts stream = manifest == null
                ? new PhotoStream(parts.hasNext() ? parts.next() : List.of(), PhotoSources::photosIn)
                : new Manifest(manifest).parts();
        PhotoPaths first = stream.next(FIRST);
        if (first.photos().isEmpty() && first.bad().isEmpty()) {
            console.warning("standard input contains no paths");
        }
        first.warnings().forEach(console::warning);
        NativeDecoder.INSTANCE.startEarly();
        SavedModel model = classifierOptions.model(console::warning);
        Optional<FeatureDistance> training =
                threshold.trainingFeatures(classifierOptions.run(), model, console::warning);
        ImageClassifier classifier = ClassifierOptions.start(model, settings, console::warning);
        if (training.isPresent()) {
            classifier = classifier.comparing(training.get());
        }
        int batch = classifier.batch();
        if (stream.hasMore()) {
            classifier = classifier.ofParts(Long.MAX_VALUE);
            PhotoPaths rest = stream.next(wholeBatches(FIRST, batch) - FIRST);
            rest.warnings().forEach(console::warning);
            first = first.plus(rest);
        }
        PredictionWriter writer = format.writer(
                console.out(),
                console.outTerminal(),
                first.photos().stream().map(Photo::id).toList(),
                new PredictionFormat.Content(
                        model.classes(), top, explain != null, threshold.value().isPresent()));
        PhotoPredictor predictor = new PhotoPredictor(
                classifier,
                new PhotoPredictor.Answers(model.classes(), top, threshold.value()),
                writer,
                overlays(model, settings.get(Setting.MAX_PIXELS)),
                PhotoArguments.areAnsweredAtOnce(arguments),
                console);
        predictor.predict(first);
        while (stream.hasMore()) {
            PhotoPaths more = stream.next(wholeBatches(PART, batch));
            more.warnings().forEach(console::warning);
            predictor.predict(more);
        }
        while (parts.hasNext()) {
            predictor.predict(expand(parts.next()));
        }
        predictor.finish(ClassifierOptions.policy(settings));
        return ExitCode.SUCCESS.code();
    }

    /** At least so many photos, but whole batches, so that results do not depend on the parts. */
    private static int wholeBatches(int photos, int batch) {
        return (photos + batch - 1) / batch * batch;
    }

    private static PhotoPaths expand(List<String> arguments) {
        return PhotoPaths.expand(arguments, PhotoSources::photosIn);
    }

    private String first() {
        return photos.isEmpty() ? "" : photos.get(0).toString();
    }

    private Optional<OverlayDirectory> overlays(SavedModel model, long maxPixels) {
        return Optional.ofNullable(explain)
                .map(directory -> new OverlayDirectory(
                        directory, new ImageDecoder(Preprocessing.fromMap(model.preprocessing()), maxPixels)));
    }
}
