package org.finetune.run.files;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.run.AtomicFile;
import org.finetune.run.Csv;

/** {@code predictions.csv}: for each validation photo its class, and what the run's model says about it. */
public final class Predictions {
    private static final String PATH = "path";
    private static final String SHA256 = "sha256";
    private static final String CLASS = "class";
    private static final String PREDICTED = "predicted";
    private static final List<String> COLUMNS = List.of(PATH, SHA256, CLASS, PREDICTED);

    /** Classes up to which each has a column. With more, and photos of each, the file would grow with their square. */
    private static final int MOST_COLUMNS = 1000;

    private static final String LABEL = "label";
    private static final String PREDICTED_LABEL = "predicted_label";
    private static final List<String> COLUMNS_OF_MANY =
            List.of(LABEL, PREDICTED_LABEL, "probability", "probability_of_class");

    private Predictions() {}

    /**
     * A row without its probabilities, which nobody reads back.
     *
     * @param path where the photo was
     * @param sha256 SHA-256 of its content, in hexadecimal
     * @param truth the name of its class
     * @param predicted the name of the class that the model takes it for
     */
    public record Photo(String path, String sha256, String truth, String predicted) {

        private static Photo of(CsvRow row) throws IOException {
            return new Photo(row.text(PATH), row.text(SHA256), row.text(CLASS), row.text(PREDICTED));
        }

        /** Whether the model takes it for what it is. */
        public boolean right() {
            return truth.equals(predicted);
        }
    }

    /**
     * Reads the file.
     *
     * @return the rows in order
     * @throws IOException saying in a few words what is wrong with it
     */
    public static List<Photo> read(Path file) throws IOException {
        List<Photo> photos = new ArrayList<>();
        for (CsvRow row : CsvRow.read(file, COLUMNS)) {
            photos.add(Photo.of(row));
        }
        return photos;
    }

    /**
     * Gives the classes of a file other names.
     *
     * @param names as many as there are classes, in the order of the columns
     * @throws IOException saying in a few words what is wrong with the file
     * @throws FinetuneException with {@link ExitCode#DATA} if it cannot be written
     */
    public static void rename(Path file, List<String> names) throws IOException {
        List<List<String>> lines = FileReading.read(file, CsvRow::texts);
        List<List<String>> renamed = new ArrayList<>();
        try {
            for (List<String> line : lines.subList(1, lines.size())) {
                renamed.add(renamed(line, lines.get(0), names));
            }
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new IOException("its columns are not those of a run of " + names.size() + " classes", e);
        }
        AtomicFile.write(file, out -> {
            Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            writer.write(header(names));
            for (List<String> row : renamed) {
                writer.write(Csv.line(row));
            }
            writer.flush();
        });
    }

    private static List<String> renamed(List<String> line, List<String> header, List<String> names) {
        List<String> row = new ArrayList<>(line);
        int truth = header.indexOf(CLASS);
        int predicted = header.indexOf(PREDICTED);
        if (names.size() > MOST_COLUMNS) {
            row.set(truth, names.get(Integer.parseInt(line.get(header.indexOf(LABEL)))));
            row.set(predicted, names.get(Integer.parseInt(line.get(header.indexOf(PREDICTED_LABEL)))));
        } else {
            List<String> former = header.subList(header.size() - names.size(), header.size());
            row.set(truth, names.get(former.indexOf(line.get(truth))));
            row.set(predicted, names.get(former.indexOf(line.get(predicted))));
        }
        return row;
    }

    private static String header(List<String> classes) {
        List<Object> header = new ArrayList<>(COLUMNS);
        header.addAll(classes.size() > MOST_COLUMNS ? COLUMNS_OF_MANY : classes);
        return Csv.line(header);
    }

    /**
     * Writes or replaces the file, with a column for the probability of each class, or, of more than 1,000 classes, with the
     * labels and probabilities of the most probable one and the right one.
     *
     * @param classes names of the classes by label
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible
     */
    public static void write(Path file, List<String> classes, List<LabeledPrediction> predictions) {
        AtomicFile.write(file, out -> {
            Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            writer.write(header(classes));
            for (LabeledPrediction prediction : predictions) {
                List<Object> row = new ArrayList<>(List.of(
                        prediction.photo(),
                        prediction.sha256(),
                        classes.get(prediction.label()),
                        classes.get(prediction.predicted())));
                addProbabilities(row, prediction);
                writer.write(Csv.line(row));
            }
            writer.flush();
        });
    }

    private static void addProbabilities(List<Object> row, LabeledPrediction prediction) {
        float[] probabilities = prediction.probabilities();
        if (probabilities.length > MOST_COLUMNS) {
            row.addAll(List.of(
                    prediction.label(),
                    prediction.predicted(),
                    prediction.confidence(),
                    probabilities[prediction.label()]));
            return;
        }
        for (float probability : probabilities) {
            row.add(probability);
        }
    }
}
