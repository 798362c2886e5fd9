package org.finetune.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.finetune.data.Photo;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.inference.ImageClassifier;
import org.finetune.metrics.Calibration;
import org.finetune.metrics.ClassMetrics;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.metrics.SelectiveAccuracy;
import org.finetune.metrics.WilsonInterval;

/** Gathers what a page shows of photos whose classes are known. */
final class PredictionParts {
    private static final int TOP = 3;
    private static final int NAMED_PER_CELL = 30;

    private final ShownNames names;
    private final List<String> classes;
    private final List<LabeledPrediction> predictions;
    private final PhotoChoice choice;
    private final Map<String, Photo> photos;

    /**
     * Chooses the photos that are shown.
     *
     * @param classes names of the classes by label
     * @param photos the photos that the predictions are about, and perhaps others
     */
    PredictionParts(
            List<String> classes, List<LabeledPrediction> predictions, Collection<Photo> photos, ShownNames names) {
        this.names = names;
        this.classes = classes.stream().map(names::of).toList();
        this.predictions = predictions;
        this.choice = new PhotoChoice(predictions);
        this.photos = photos.stream().collect(Collectors.toMap(Photo::id, photo -> photo, (first, second) -> first));
    }

    /** Makes the images of all photos that the page shows. */
    PhotoImages images(ImageClassifier classifier, ImageDecoder decoder) {
        return new PhotoImages(choice.shown().stream().map(this::photo).toList(), classifier, decoder);
    }

    /**
     * Makes the parts of the page.
     *
     * @param plots the plots, if they could be drawn
     * @param temperature what was done to make probabilities come true, or ""
     */
    MeasuredPhotos of(
            ClassificationMetrics result,
            Calibration calibration,
            String temperature,
            Optional<MeasuredPlots> plots,
            PhotoImages images) {
        return new MeasuredPhotos(
                plots,
                ConfusionTable.of(result, names),
                classRows(result),
                cards(choice.confidentErrors(), images),
                cards(choice.leastCertain(), images),
                choice.cells().stream().map(cell -> cell(cell, images)).toList(),
                calibration,
                temperature,
                SelectiveAccuracy.of(predictions));
    }

    /** The metrics that are the most important. */
    List<ReportPage.Tile> tiles(ClassificationMetrics result, Calibration calibration) {
        List<ReportPage.Tile> tiles = new ArrayList<>();
        tiles.add(new ReportPage.Tile(Figures.percent(result.top1()), "accuracy", "95% interval " + result.interval()));
        tiles.add(new ReportPage.Tile(Figures.decimal(result.macroF1(), 3), "macro F1", "mean over the classes"));
        if (classes.size() > 5) {
            tiles.add(new ReportPage.Tile(Figures.percent(result.top5()), "top-5 accuracy", ""));
        }
        tiles.add(new ReportPage.Tile(
                Figures.percent(calibration.expectedError()),
                "calibration error",
                "predicted probability against fraction correct"));
        return tiles;
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
}
