package org.finetune.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.inference.Evaluation;
import org.finetune.inference.ImageClassifier;
import org.finetune.metrics.Calibration;
import org.finetune.metrics.ClassMetrics;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.report.plot.PlotFiles;
import org.finetune.run.AtomicFile;

/**
 * Writes {@code report.html} and {@code plots/} of an evaluation. What goes wrong here is a warning, since the metrics are
 * there.
 */
public final class EvaluationHtml {
    private final ShownNames names = new ShownNames();
    private final ImageClassifier classifier;
    private final ImageDecoder decoder;
    private final Consumer<String> warnings;

    /**
     * What was measured.
     *
     * @param model the directory or file of the classifier
     * @param data the data as the user has named them
     * @param photos what those of them are called that were measured
     * @param evaluation what came of it
     * @param predictions what the model says about each photo that could be used
     */
    public record Measurement(
            Path model, Path data, String photos, Evaluation evaluation, List<LabeledPrediction> predictions) {}

    /**
     * A writer of reports.
     *
     * @param classifier the model, which looks at the photos that are shown once more
     * @param decoder makes small images of photos
     * @param warnings is told what the user should know, one sentence each
     */
    public EvaluationHtml(ImageClassifier classifier, ImageDecoder decoder, Consumer<String> warnings) {
        this.classifier = classifier;
        this.decoder = decoder;
        this.warnings = warnings;
    }

    /** Writes the report into a directory that is there, or warns that it cannot be written. Without photos there is none. */
    public void write(Path directory, Measurement measurement) {
        if (measurement.predictions().isEmpty()) {
            return;
        }
        ReportAttempt attempt = new ReportAttempt(warnings);
        attempt.make(() -> tryToWrite(directory, measurement, attempt), "The metrics are still written.");
    }

    private void tryToWrite(Path directory, Measurement measurement, ReportAttempt attempt) throws IOException {
        ClassificationMetrics result = measurement.evaluation().metrics();
        Calibration calibration = Calibration.of(measurement.predictions());
        PlotFiles files = new PlotFiles(Files.createDirectory(directory.resolve("plots")));
        CompletableFuture<MeasuredPlots> plots = CompletableFuture.supplyAsync(
                () -> MeasuredPlots.draw(result, measurement.predictions(), names, files));
        PredictionParts parts = new PredictionParts(
                result.classes().stream().map(ClassMetrics::name).toList(),
                measurement.predictions(),
                measurement.evaluation().outcomes().stream()
                        .map(Evaluation.Outcome::photo)
                        .toList(),
                names);
        PhotoImages images = parts.images(classifier, decoder);
        EvaluationPage page = new EvaluationPage(
                names.file(measurement.data().toAbsolutePath().normalize()),
                ZonedDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm")),
                Verdict.of(result, names),
                parts.tiles(result, calibration),
                parts.of(result, calibration, "", attempt.plots(plots), images),
                ReportPage.Skipped.of(measurement.evaluation().skipped(), names),
                List.of(
                        fact("model", measurement.model()),
                        new ReportPage.Fact("photos", names.of(measurement.photos()), false),
                        new ReportPage.Fact("photos measured", Figures.count(result.images()), false)));
        AtomicFile.write(directory.resolve("report.html"), HtmlPage.render("evaluation.jte", page));
    }

    private ReportPage.Fact fact(String name, Path path) {
        return new ReportPage.Fact(
                name, names.of(path.toAbsolutePath().normalize().toString()), false);
    }
}
