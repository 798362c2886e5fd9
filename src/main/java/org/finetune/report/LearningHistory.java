package org.finetune.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.finetune.train.Phase;

/**
 * What each epoch of a run came to, those before an interruption included.
 *
 * @param epochs in order
 */
record LearningHistory(List<Epoch> epochs) {

    /**
     * A row of {@code history.csv}.
     *
     * @param phase the phase's label
     * @param epoch number in its phase, from 1
     * @param best whether it was the phase's best so far
     */
    record Epoch(
            String phase,
            int epoch,
            double trainLoss,
            double trainTop1,
            double valLoss,
            double valTop1,
            boolean best) {}

    LearningHistory {
        epochs = List.copyOf(epochs);
    }

    /**
     * Reads the history of a run.
     *
     * @param file {@code history.csv}; without it no epoch was trained
     */
    static LearningHistory read(Path file) throws IOException {
        List<Epoch> epochs = new ArrayList<>();
        if (Files.exists(file)) {
            List<String> lines = Files.readAllLines(file);
            List<String> columns = Arrays.asList(lines.get(0).split(","));
            for (String line : lines.subList(1, lines.size())) {
                epochs.add(epoch(columns, line.split(",")));
            }
        }
        return new LearningHistory(epochs);
    }

    private static Epoch epoch(List<String> columns, String[] cells) {
        return new Epoch(
                cells[columns.indexOf("phase")],
                Integer.parseInt(cells[columns.indexOf("epoch")]),
                number(columns, cells, "train_loss"),
                number(columns, cells, "train_top1"),
                number(columns, cells, "val_loss"),
                number(columns, cells, "val_top1"),
                Boolean.parseBoolean(cells[columns.indexOf("best")]));
    }

    private static double number(List<String> columns, String[] cells, String column) {
        return Double.parseDouble(cells[columns.indexOf(column)]);
    }

    /** Number of epochs of a phase. */
    int count(Phase phase) {
        return (int) epochs.stream()
                .filter(epoch -> epoch.phase().equals(phase.label()))
                .count();
    }

    /** The epoch whose parameters a phase ended with, counted over both phases from 1, or 0 if it trained none. */
    int best(Phase phase) {
        int best = 0;
        for (int i = 0; i < epochs.size(); i++) {
            if (epochs.get(i).phase().equals(phase.label()) && epochs.get(i).best()) {
                best = i + 1;
            }
        }
        return best;
    }
}
