package org.finetune.report;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.finetune.metrics.Calibration;
import org.finetune.report.plot.CurvePlot;
import org.finetune.report.plot.PlotFiles;
import org.finetune.run.AtomicFile;
import org.finetune.run.PlainFiles;
import org.finetune.run.RunDirectory;
import org.finetune.run.files.History;
import org.finetune.run.files.History.Epoch;
import org.finetune.settings.Setting;
import org.finetune.train.FineTunedStage;
import org.finetune.train.FinishedRun;
import org.finetune.train.Phase;

/** Writes {@code report.html} and {@code plots/} of a run. What goes wrong here is a warning, since the model is safe. */
public final class RunReport {
    private final ShownNames names = new ShownNames();
    private final Consumer<String> warnings;
    private final ReportAttempt attempt;

    /**
     * The plots of a run.
     *
     * @param curves those of training; empty without epochs
     * @param measured those of the validation photos
     */
    record Plots(Optional<ReportPage.Curves> curves, MeasuredPlots measured) {}

    /**
     * A writer of reports.
     *
     * @param warnings is told what the user should know, one sentence each
     */
    public RunReport(Consumer<String> warnings) {
        this.warnings = warnings;
        this.attempt = new ReportAttempt(warnings);
    }

    /** Writes the report of a run, if its settings want one, or warns that it cannot be written. */
    public void write(FinishedRun run) {
        if (!run.settings().get(Setting.REPORT)) {
            return;
        }
        attempt.make(() -> tryToWrite(run), "The model is still saved.");
    }

    private void tryToWrite(FinishedRun run) throws IOException {
        History history = history(run.directory());
        Calibration calibration = Calibration.of(run.predictions());
        PlotFiles files =
                new PlotFiles(PlainFiles.createDirectory(run.directory().plots()));
        // Drawing takes Java's own graphics, the photos take ND4J and OpenCV, so both go on at once.
        CompletableFuture<Plots> plots = CompletableFuture.supplyAsync(() -> draw(run, history, files));
        PageBuilder builder = new PageBuilder(run, names);
        PhotoImages images = builder.images(warnings);
        ReportPage page = builder.build(history, calibration, attempt.plots(plots), images);
        AtomicFile.write(run.directory().report(), HtmlPage.render("report.jte", page));
    }

    /** The history of a run; without a file of it no epoch was trained. */
    private static History history(RunDirectory directory) throws IOException {
        return Files.exists(directory.history()) ? History.read(directory.history()) : new History(List.of());
    }

    private Plots draw(FinishedRun run, History history, PlotFiles files) {
        return new Plots(
                history.epochs().isEmpty() ? Optional.empty() : Optional.of(curves(run, history, files)),
                MeasuredPlots.draw(run.summary().result(), run.predictions(), names, files));
    }

    private static ReportPage.Curves curves(FinishedRun run, History history, PlotFiles files) {
        List<Epoch> epochs = history.epochs();
        List<CurvePlot.Stage> stages = history.ends().stream()
                .map(end -> new CurvePlot.Stage(end, name(run, epochs.get(end).phase())))
                .toList();
        int kept = history.kept(run.summary().kept().label());
        return new ReportPage.Curves(
                files.write(
                        new CurvePlot(
                                "Loss",
                                epochs.stream().map(Epoch::trainLoss).toList(),
                                epochs.stream().map(Epoch::valLoss).toList(),
                                stages,
                                kept,
                                false),
                        "loss"),
                files.write(
                        new CurvePlot(
                                "Accuracy",
                                epochs.stream().map(Epoch::trainTop1).toList(),
                                epochs.stream().map(Epoch::valTop1).toList(),
                                stages,
                                kept,
                                true),
                        "accuracy"));
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
}
