package org.finetune.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import org.finetune.data.Augmentation;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.quality.DataReport;
import org.finetune.data.quality.DataReportJson;
import org.finetune.data.source.PhotoSources;
import org.finetune.inference.ImageClassifier;
import org.finetune.metrics.Calibration;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.FoldStatistics;
import org.finetune.run.files.History;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.train.FinishedRun;
import org.finetune.train.RecipePlan;
import org.finetune.train.head.TemperatureScaling;

/** Gathers what the page shows of a run. */
final class PageBuilder {
    private static final int LABEL_ERRORS = 24;

    private final FinishedRun run;
    private final ShownNames names;
    private final ImageDecoder decoder;
    private final PredictionParts parts;

    PageBuilder(FinishedRun run, ShownNames names) {
        this.run = run;
        this.names = names;
        TrainSettings settings = run.settings();
        this.decoder = new ImageDecoder(settings.preprocessing(), settings.get(Setting.MAX_PIXELS));
        this.parts = new PredictionParts(
                run.model().classes(),
                run.predictions(),
                run.data().validation().stream().map(LabeledPhoto::photo).toList(),
                names);
    }

    /**
     * Gathers the page.
     *
     * @param plots the plots, if they could be drawn
     */
    ReportPage build(History history, Calibration calibration, Optional<RunReport.Plots> plots, PhotoImages images)
            throws IOException {
        TrainSettings settings = run.settings();
        ClassificationMetrics result = run.summary().result();
        return new ReportPage(
                names.file(settings.get(Setting.DATA).toAbsolutePath().normalize()),
                ZonedDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm")),
                Verdict.of(run, names),
                tiles(result, calibration),
                run.summary().insights().folds().map(PageBuilder::foldRows).orElse(List.of()),
                labelErrors(),
                plots.flatMap(RunReport.Plots::curves),
                history,
                parts.of(result, calibration, temperature(), plots.map(RunReport.Plots::measured), images),
                AugmentationGallery.of(
                        run.data(),
                        Augmentation.of(
                                settings.get(Setting.AUGMENT), settings.get(Setting.VIEWS), settings.get(Setting.SEED)),
                        decoder,
                        names),
                dataReport(),
                Figures.count(run.summary().trainImages(), "training photo")
                        + (run.summary().insights().folds().isPresent()
                                ? " could be used"
                                : " and " + Figures.count(result.images(), "validation photo") + " could be used"),
                ReportPage.Skipped.of(run.skipped(), names),
                settings(),
                facts());
    }

    /**
     * Makes the images of all photos that the page shows.
     *
     * @param warnings is told that memory is short
     */
    PhotoImages images(Consumer<String> warnings) {
        ImageClassifier classifier = new ImageClassifier(
                run.model(),
                run.settings().get(Setting.MAX_PIXELS),
                run.settings().get(Setting.THREADS),
                warnings);
        return parts.images(classifier, decoder);
    }

    private List<ReportPage.Tile> tiles(ClassificationMetrics result, Calibration calibration) {
        List<ReportPage.Tile> tiles = parts.tiles(result, calibration);
        tiles.add(new ReportPage.Tile(
                Figures.duration(run.summary().seconds()),
                "duration",
                Figures.count(run.summary().trainImages(), "training photo")));
        return tiles;
    }

    private static List<ReportPage.FoldRow> foldRows(FoldStatistics statistics) {
        return List.of(
                foldRow("accuracy", statistics.top1(), statistics, ClassificationMetrics::top1, Figures::percent),
                foldRow(
                        "macro F1",
                        statistics.macroF1(),
                        statistics,
                        ClassificationMetrics::macroF1,
                        PageBuilder::decimal),
                foldRow("log-loss", statistics.loss(), statistics, ClassificationMetrics::loss, PageBuilder::decimal));
    }

    private static ReportPage.FoldRow foldRow(
            String name,
            FoldStatistics.Spread spread,
            FoldStatistics statistics,
            ToDoubleFunction<ClassificationMetrics> figure,
            DoubleFunction<String> format) {
        return new ReportPage.FoldRow(
                name,
                format.apply(spread.mean()),
                format.apply(spread.deviation()),
                format.apply(spread.low()) + " to " + format.apply(spread.high()),
                statistics.folds().stream()
                        .map(fold -> format.apply(figure.applyAsDouble(fold)))
                        .toList());
    }

    private static String decimal(double value) {
        return Figures.decimal(value, 3);
    }

    private List<LabelErrorPage.Card> labelErrors() {
        return run.summary()
                .insights()
                .labels()
                .map(errors -> new LabelErrorHtml(
                                errors,
                                run.model().classes(),
                                PhotoSources.of(run.settings().get(Setting.DATA)),
                                run.data().train(),
                                decoder)
                        .cards(LABEL_ERRORS))
                .orElse(List.of());
    }

    private String temperature() {
        TemperatureScaling scaling = run.summary().scaling();
        if (!RecipePlan.of(run.settings()).scalesTemperature()) {
            return "They are as trained, without a temperature.";
        }
        if (scaling.temperature() == 1) {
            return "They are as trained: fitting a temperature needs at least " + TemperatureScaling.LEAST_PHOTOS
                    + " validation photos.";
        }
        return "The model's logits are divided by a temperature of " + Figures.decimal(scaling.temperature(), 2)
                + ", fitted on these photos: mean log-loss was "
                + Figures.decimal(scaling.before(), 3) + " without it and is "
                + Figures.decimal(scaling.after(), 3)
                + " with it. On other photos the probabilities are a little less accurate.";
    }

    private Optional<DataReport> dataReport() throws IOException {
        Path file = run.directory().data();
        return Files.exists(file) ? Optional.of(DataReportJson.read(file)) : Optional.empty();
    }

    private List<ReportPage.Fact> settings() {
        return Setting.all().stream()
                .filter(setting -> setting != Setting.OUT)
                .map(this::fact)
                .toList();
    }

    private <T> ReportPage.Fact fact(Setting<T> setting) {
        T value = run.settings().get(setting);
        String text = setting.type().format(value);
        return new ReportPage.Fact(setting.key(), names.of(text), !value.equals(setting.defaultValue()));
    }

    private List<ReportPage.Fact> facts() {
        List<ReportPage.Fact> facts = new ArrayList<>();
        facts.add(new ReportPage.Fact(
                "run directory",
                names.of(run.directory().path().toAbsolutePath().normalize().toString()),
                false));
        for (Map.Entry<String, ?> entry : run.provenance().entrySet()) {
            facts.add(new ReportPage.Fact(entry.getKey(), names.of(String.valueOf(entry.getValue())), false));
        }
        return facts;
    }
}
