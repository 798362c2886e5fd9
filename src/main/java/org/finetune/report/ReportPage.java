package org.finetune.report;

import java.util.List;
import java.util.Optional;
import org.finetune.data.BadPhoto;
import org.finetune.data.quality.DataReport;
import org.finetune.report.plot.PlotFiles;
import org.finetune.run.files.History;

/**
 * What the page shows, for the template.
 *
 * @param title name of the data
 * @param date when the run ended
 * @param verdict what the run came to
 * @param tiles the most important metrics
 * @param folds the metrics of cross-validation, none without it
 * @param labelErrors photos whose labels are doubtful, of a run that was cross-validated
 * @param curves the training curves; empty without epochs, or where they cannot be drawn
 * @param history a row for each epoch
 * @param measured the validation photos
 * @param gallery what augmentation makes of some photos
 * @param data what is known about the photos, if anything is
 * @param counts numbers of photos, for where nothing else is known
 * @param skipped files that could not be used
 * @param settings all settings
 * @param facts versions, weights and places
 */
record ReportPage(
        String title,
        String date,
        Verdict verdict,
        List<Tile> tiles,
        List<FoldRow> folds,
        List<LabelErrorPage.Card> labelErrors,
        Optional<Curves> curves,
        History history,
        MeasuredPhotos measured,
        AugmentationGallery gallery,
        Optional<DataReport> data,
        String counts,
        List<Skipped> skipped,
        List<Fact> settings,
        List<Fact> facts) {

    /**
     * A number and what it is.
     *
     * @param note a few more words, or ""
     */
    record Tile(String figure, String name, String note) {}

    /**
     * Plots of training.
     *
     * @param loss the loss by epoch
     * @param accuracy the accuracy by epoch
     */
    record Curves(PlotFiles.Images loss, PlotFiles.Images accuracy) {}

    /**
     * A class.
     *
     * @param recallInterval 95% interval of the recall
     */
    record ClassRow(
            String name, double precision, double recall, String recallInterval, double f1, long support, String id) {}

    /**
     * A photo.
     *
     * @param file its name
     * @param label its class
     * @param top the most probable classes, the most probable first
     * @param images the images, unless the photo can no longer be read
     */
    record PhotoCard(String file, String label, List<Candidate> top, Optional<PhotoImages.Images> images) {
        String predicted() {
            return top.get(0).name();
        }

        boolean correct() {
            return top.get(0).right();
        }
    }

    /**
     * A class that a photo may be of.
     *
     * @param right whether it is
     */
    record Candidate(String name, double probability, boolean right) {}

    /**
     * The photos of a cell of the confusion matrix.
     *
     * @param id where the page shows them
     * @param label the true class
     * @param predicted the class that they are taken for
     * @param count number of photos
     * @param shown those that are shown
     * @param named files of others
     */
    record CellPhotos(
            String id,
            String label,
            String predicted,
            boolean correct,
            int count,
            List<PhotoCard> shown,
            List<String> named) {

        private static final int FEW = 4;

        /** Whether there is nothing but a few names. */
        boolean brief() {
            return shown.isEmpty() && count <= FEW;
        }

        /** Number of photos that are neither shown nor named. */
        int left() {
            return count - shown.size() - named.size();
        }
    }

    /**
     * A metric over the folds of a cross-validation, in the unit that it is shown in.
     *
     * @param name what it is
     * @param interval 95% interval of the mean
     * @param each its value in each fold
     */
    record FoldRow(String name, String mean, String deviation, String interval, List<String> each) {}

    /** A file that could not be used. */
    record Skipped(String path, String reason) {
        private static final int MOST = 50;

        /** The first of the files that could not be used. */
        static List<Skipped> of(List<BadPhoto> photos, ShownNames names) {
            return photos.stream()
                    .limit(MOST)
                    .map(photo -> new Skipped(names.of(photo.id()), names.of(photo.reason())))
                    .toList();
        }
    }

    /**
     * A name and its value.
     *
     * @param changed whether the value is another than the default
     */
    record Fact(String name, String value, boolean changed) {}
}
