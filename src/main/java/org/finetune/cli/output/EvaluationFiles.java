package org.finetune.cli.output;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.finetune.data.ContentHashes;
import org.finetune.inference.Evaluation;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.run.AtomicFile;
import org.finetune.run.Csv;
import org.finetune.run.files.Predictions;
import org.finetune.run.files.SkippedImages;

/**
 * The directory of an evaluation: {@code metrics.json} with the metrics, {@code predictions.csv} as a run has it,
 * {@code wrong.csv} with the photos whose most probable class is not theirs, those first of which the model is surest, and
 * {@code skipped.csv}.
 */
public final class EvaluationFiles {
    private EvaluationFiles() {}

    /**
     * Writes the files.
     *
     * @param directory the directory, which is created
     * @param classes names of the model's classes by label
     * @return what was written to {@code predictions.csv}
     * @throws org.finetune.FinetuneException with {@link org.finetune.ExitCode#DATA} if that is not possible
     */
    public static List<LabeledPrediction> write(Path directory, List<String> classes, Evaluation evaluation) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw AtomicFile.cannotWrite(directory, e, "--out");
        }
        List<LabeledPrediction> predictions = predictions(evaluation.outcomes());
        Predictions.write(directory.resolve("predictions.csv"), classes, predictions);
        writeWrong(directory.resolve("wrong.csv"), classes, predictions);
        new SkippedImages(evaluation.skipped().stream()
                        .map(image -> new SkippedImages.Image(image.id(), image.reason()))
                        .toList())
                .write(directory.resolve("skipped.csv"));
        AtomicFile.write(directory.resolve("metrics.json"), EvaluationReport.json(evaluation) + "\n");
        return predictions;
    }

    private static List<LabeledPrediction> predictions(List<Evaluation.Outcome> outcomes) {
        List<String> hashes = ContentHashes.of(
                outcomes.stream().map(Evaluation.Outcome::photo).toList());
        List<LabeledPrediction> predictions = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            Evaluation.Outcome outcome = outcomes.get(i);
            predictions.add(new LabeledPrediction(
                    outcome.photo().id(), hashes.get(i), outcome.label(), outcome.probabilities()));
        }
        return predictions;
    }

    private static void writeWrong(Path file, List<String> classes, List<LabeledPrediction> predictions) {
        List<LabeledPrediction> wrong = predictions.stream()
                .filter(prediction -> !prediction.correct())
                .sorted(Comparator.comparingDouble(LabeledPrediction::confidence)
                        .reversed())
                .toList();
        AtomicFile.write(file, out -> {
            Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            writer.write(Csv.line(List.of("path", "class", "predicted", "probability", "probability_of_class")));
            for (LabeledPrediction prediction : wrong) {
                writer.write(Csv.line(List.of(
                        prediction.photo(),
                        classes.get(prediction.label()),
                        classes.get(prediction.predicted()),
                        prediction.confidence(),
                        prediction.probabilities()[prediction.label()])));
            }
            writer.flush();
        });
    }
}
