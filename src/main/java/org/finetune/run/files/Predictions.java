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
        for (CsvRow row : CsvRow.read(file)) {
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
        List<List<String>> lines = FileReading.read(file, CsvRow::lines);
        List<String> header = lines.get(0);
        List<String> former = header.subList(header.size() - names.size(), header.size());
        AtomicFile.write(file, out -> {
            Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            writer.write(header(names));
            for (List<String> line : lines.subList(1, lines.size())) {
                List<String> row = new ArrayList<>(line);
                for (int column : new int[] {header.indexOf(CLASS), header.indexOf(PREDICTED)}) {
                    row.set(column, names.get(former.indexOf(row.get(column))));
                }
                writer.write(Csv.line(row));
            }
            writer.flush();
        });
    }

    private static String header(List<String> classes) {
        List<Object> header = new ArrayList<>(List.of(PATH, SHA256, CLASS, PREDICTED));
        header.addAll(classes);
        return Csv.line(header);
    }

    /**
     * Writes or replaces the file, with a column for the probability of each class.
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
                for (float probability : prediction.probabilities()) {
                    row.add(probability);
                }
                writer.write(Csv.line(row));
            }
            writer.flush();
        });
    }
}
