package org.finetune.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.metrics.Calibration;
import org.finetune.metrics.SelectiveAccuracy;
import org.finetune.report.plot.CalibrationPlot;
import org.finetune.report.plot.ConfusionPlot;
import org.finetune.report.plot.CurvePlot;
import org.finetune.report.plot.PlotFiles;
import org.finetune.report.plot.SelectivePlot;
import org.finetune.run.AtomicFile;
import org.finetune.run.PlainFiles;
import org.finetune.run.RunDirectory;
import org.finetune.run.files.History;
import org.finetune.run.files.History.Epoch;
import org.finetune.settings.Setting;
import org.finetune.train.FineTunedStage;
import org.finetune.train.FinishedRun;
import org.finetune.train.Phase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes {@code report.html} and {@code plots/} of a run. What goes wrong here is a warning, since the model is safe. */
public final class RunReport {
    private static final Logger LOG = LoggerFactory.getLogger(RunReport.class);

    private final ShownNames names = new ShownNames();
    private final Consumer<String> warnings;

    /**
     * A writer of reports.
     *
     * @param warnings hears what the user should know, one sentence each
     */
    public RunReport(Consumer<String> warnings) {
        this.warnings = warnings;
    }

    /** Writes the report of a run, if its settings want one, or warns that it cannot be written. */
    public void write(FinishedRun run) {
        if (!run.settings().get(Setting.REPORT)) {
            return;
        }
        long start = System.nanoTime();
        try {
            tryToWrite(run);
            LOG.info("Report made in {} s", Figures.decimal((System.nanoTime() - start) / 1e9, 2));
        } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
            LOG.info("No report", e);
            warnings.accept("The report could not be made: " + reason(e) + ". The model is saved all the same.");
        }
    }

    private void tryToWrite(FinishedRun run) throws IOException {
        History history = history(run.directory());
        Calibration calibration = Calibration.of(run.predictions());
        PlotFiles files =
                new PlotFiles(PlainFiles.createDirectory(run.directory().plots()));
        // Drawing takes Java's own graphics, the photos take ND4J and OpenCV, so both go on at once.
        CompletableFuture<ReportPage.Plots> plots =
                CompletableFuture.supplyAsync(() -> draw(run, history, calibration, files));
        PageBuilder builder = new PageBuilder(run, names);
        PhotoImages images = builder.images(warnings);
        ReportPage page = builder.build(history, calibration, joinOrWarn(plots), images);
        AtomicFile.write(run.directory().report(), HtmlPage.render("report.jte", page));
    }

    /** The history of a run; without a file of it no epoch was trained. */
    private static History history(RunDirectory directory) throws IOException {
        return Files.exists(directory.history()) ? History.read(directory.history()) : new History(List.of());
    }

    /** The plots, or null where Java cannot draw, as on machines without any font. */
    private ReportPage.Plots joinOrWarn(CompletableFuture<ReportPage.Plots> plots) {
        try {
            return plots.join();
        } catch (CompletionException e) {
            LOG.info("No plots", e);
            // Where it is no file that failed, it is Java's graphics, which are there but for fonts.
            boolean file = e.getCause() instanceof UncheckedIOException || e.getCause() instanceof FinetuneException;
            warnings.accept("The plots could not be drawn: " + reason(e) + ". The report has tables instead"
                    + (file ? "." : "; to draw, Java needs a font, such as that of fonts-dejavu-core."));
            return null;
        }
    }

    private ReportPage.Plots draw(FinishedRun run, History history, Calibration calibration, PlotFiles files) {
        PlotFiles.Images loss = null;
        PlotFiles.Images accuracy = null;
        List<Epoch> epochs = history.epochs();
        if (!epochs.isEmpty()) {
            List<CurvePlot.Stage> stages = history.ends().stream()
                    .map(end ->
                            new CurvePlot.Stage(end, name(run, epochs.get(end).phase())))
                    .toList();
            int kept = history.kept(run.summary().kept().label());
            loss = files.write(
                    new CurvePlot(
                            "Loss",
                            epochs.stream().map(Epoch::trainLoss).toList(),
                            epochs.stream().map(Epoch::valLoss).toList(),
                            stages,
                            kept,
                            false),
                    "loss");
            accuracy = files.write(
                    new CurvePlot(
                            "Accuracy",
                            epochs.stream().map(Epoch::trainTop1).toList(),
                            epochs.stream().map(Epoch::valTop1).toList(),
                            stages,
                            kept,
                            true),
                    "accuracy");
        }
        files.write(
                new ConfusionPlot(
                        run.model().classes().stream().map(names::forPlot).toList(),
                        run.summary().result().confusion()),
                "confusion");
        return new ReportPage.Plots(
                loss,
                accuracy,
                files.write(new CalibrationPlot(calibration), "calibration"),
                files.write(new SelectivePlot(SelectiveAccuracy.of(run.predictions())), "thresholds"));
    }

    /** What a phase that follows another is called in a plot. */
    private static String name(FinishedRun run, String phase) {
        return run.summary().stages().stream()
                .map(FineTunedStage::phase)
                .filter(stage -> stage.label().equals(phase))
                .map(Phase::subject)
                .findFirst()
                .orElse(phase);
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null
                && (cause instanceof CompletionException
                        || cause instanceof UncheckedIOException
                        || cause instanceof ExceptionInInitializerError)) {
            cause = cause.getCause();
        }
        if (cause instanceof IOException io) {
            return FailureReason.of(io);
        }
        String message = cause.getMessage() == null ? "Java gives no reason" : cause.getMessage();
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }
}
