package org.finetune.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.finetune.data.Augmentation;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.Photo;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.quality.DataReport;
import org.finetune.data.quality.DataReportJson;
import org.finetune.inference.ImageClassifier;
import org.finetune.metrics.Calibration;
import org.finetune.metrics.ClassMetrics;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.FoldStatistics;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.metrics.SelectiveAccuracy;
import org.finetune.metrics.WilsonInterval;
import org.finetune.run.files.History;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.train.FinishedRun;
import org.finetune.train.RecipePlan;
import org.finetune.train.head.TemperatureScaling;

/** Gathers what the page shows of a run. */
final class PageBuilder {
    private static final int TOP = 3;
    private static final int NAMED_PER_CELL = 30;
    private static final int MOST_SKIPPED = 50;
    private static final int LABEL_ERRORS = 24;

    private final FinishedRun run;
    private final ShownNames names;
    private final List<String> classes;
    private final ImageDecoder decoder;
    private final PhotoChoice choice;
    private final Map<String, Photo> photos;

    PageBuilder(FinishedRun run, ShownNames names) {
        this.run = run;
        this.names = names;
        this.classes = run.model().classes().stream().map(names::of).toList();
        TrainSettings settings = run.settings();
        this.decoder =
                new ImageDecoder(new Preprocessing(settings.get(Setting.SIZE)), settings.get(Setting.MAX_PIXELS));
        this.choice = new PhotoChoice(run.predictions());
        this.photos = run.data().validation().stream()
                .map(LabeledPhoto::photo)
                .collect(Collectors.toMap(Photo::id, photo -> photo, (first, second) -> first));
    }

    /**
     * Makes everything but the plots.
     *
     * @param plots the plots, or null
     */
    ReportPage build(History history, Calibration calibration, ReportPage.Plots plots, PhotoImages images)
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
                plots,
                history,
                ConfusionTable.of(result, names),
                classRows(result),
                cards(choice.confidentErrors(), images),
                cards(choice.leastCertain(), images),
                choice.cells().stream().map(cell -> cell(cell, images)).toList(),
                calibration,
                temperature(),
                SelectiveAccuracy.of(run.predictions()),
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
                run.skipped().stream()
                        .limit(MOST_SKIPPED)
                        .map(photo -> new ReportPage.Skipped(names.of(photo.id()), names.of(photo.reason())))
                        .toList(),
                settings(),
                facts());
    }

    /**
     * Makes the images of all photos that the page shows.
     *
     * @param warnings hears that memory is short
     */
    PhotoImages images(Consumer<String> warnings) {
        ImageClassifier classifier = new ImageClassifier(
                run.model(),
                run.settings().get(Setting.MAX_PIXELS),
                run.settings().get(Setting.THREADS),
                warnings);
        return new PhotoImages(choice.shown().stream().map(this::photo).toList(), classifier, decoder);
    }

    private List<ReportPage.Tile> tiles(ClassificationMetrics result, Calibration calibration) {
        List<ReportPage.Tile> tiles = new ArrayList<>();
        tiles.add(new ReportPage.Tile(Figures.percent(result.top1()), "accuracy", "95% interval " + result.interval()));
        tiles.add(new ReportPage.Tile(Figures.decimal(result.macroF1(), 3), "macro F1", "mean over the classes"));
        if (classes.size() > 5) {
            tiles.add(new ReportPage.Tile(Figures.percent(result.top5()), "top-5 accuracy", ""));
        }
        tiles.add(new ReportPage.Tile(
                Figures.percent(calibration.expectedError()),
                "calibration error",
                "stated probability against share right"));
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
                                errors, run.model().classes(), run.settings().get(Setting.DATA), decoder)
                        .cards(LABEL_ERRORS))
                .orElse(List.of());
    }

    private String temperature() {
        TemperatureScaling scaling = run.summary().scaling();
        if (!RecipePlan.of(run.settings()).scalesTemperature()) {
            return "They are as they were trained, without a temperature.";
        }
        if (scaling.temperature() == 1) {
            return "They are as they were trained: a temperature that makes them come true would take at least "
                    + TemperatureScaling.LEAST_PHOTOS + " validation photos.";
        }
        return "The model's logits are divided by a temperature of " + Figures.decimal(scaling.temperature(), 2)
                + ", which was fitted on these photos: without it their mean log-loss was "
                + Figures.decimal(scaling.before(), 3) + ", with it it is " + Figures.decimal(scaling.after(), 3)
                + ". On other photos probabilities come true a little less well.";
    }

    private List<ReportPage.ClassRow> classRows(ClassificationMetrics result) {
        return IntStream.range(0, classes.size())
                .mapToObj(label -> {
                    ClassMetrics row = result.classes().get(label);
                    long hits = result.confusion().count(label, label);
                    WilsonInterval interval = WilsonInterval.of(hits, row.support());
                    return new ReportPage.ClassRow(
                            classes.get(label),
                            row.precision(),
                            row.recall(),
                            Figures.decimal(interval.low(), 2) + "–" + Figures.decimal(interval.high(), 2),
                            row.f1(),
                            row.support(),
                            hits == 0 ? "" : ConfusionTable.cellId(label, label));
                })
                .toList();
    }

    private Photo photo(LabeledPrediction prediction) {
        return photos.get(prediction.photo());
    }

    private List<ReportPage.PhotoCard> cards(List<LabeledPrediction> predictions, PhotoImages images) {
        return predictions.stream().map(prediction -> card(prediction, images)).toList();
    }

    private ReportPage.PhotoCard card(LabeledPrediction prediction, PhotoImages images) {
        float[] probabilities = prediction.probabilities();
        List<ReportPage.Candidate> top = IntStream.range(0, probabilities.length)
                .boxed()
                .sorted(Comparator.comparing((Integer label) -> probabilities[label])
                        .reversed())
                .limit(TOP)
                .map(label ->
                        new ReportPage.Candidate(classes.get(label), probabilities[label], label == prediction.label()))
                .toList();
        return new ReportPage.PhotoCard(
                names.photo(photo(prediction)), classes.get(prediction.label()), top, images.of(photo(prediction)));
    }

    private ReportPage.CellPhotos cell(PhotoChoice.Cell cell, PhotoImages images) {
        return new ReportPage.CellPhotos(
                ConfusionTable.cellId(cell.label(), cell.predicted()),
                classes.get(cell.label()),
                classes.get(cell.predicted()),
                cell.correct(),
                cell.size(),
                cards(cell.shown(), images),
                cell.others().stream()
                        .limit(NAMED_PER_CELL)
                        .map(other -> names.photo(photo(other)))
                        .toList());
    }

    private DataReport dataReport() throws IOException {
        Path file = run.directory().data();
        return Files.exists(file) ? DataReportJson.read(file) : null;
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
