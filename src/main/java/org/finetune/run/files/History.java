package org.finetune.run.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.run.AtomicFile;
import org.finetune.run.Csv;

/**
 * {@code history.csv}: what each epoch of a run came to, those before an interruption included.
 *
 * @param epochs in order, of all phases
 */
public record History(List<Epoch> epochs) {
    private static final List<String> COLUMNS =
            List.of("phase", "epoch", "learning_rate", "train_loss", "train_top1", "val_loss", "val_top1", "best");

    /**
     * A row.
     *
     * @param phase the phase's label
     * @param epoch number of the epoch in its phase, from 1
     * @param learningRate Adam learning rate of the epoch's last step; 0 for a head that was solved
     * @param trainLoss mean training loss
     * @param trainTop1 share of training photos whose top-1 prediction was right, under dropout and augmentation
     * @param valLoss mean validation loss, without label smoothing
     * @param valTop1 share of validation photos whose top-1 prediction is right
     * @param best whether it was the phase's best so far, by top-1 and then by loss; false where the last epoch is kept
     */
    public record Epoch(
            String phase,
            int epoch,
            double learningRate,
            double trainLoss,
            double trainTop1,
            double valLoss,
            double valTop1,
            boolean best) {

        private static Epoch of(CsvRow row) throws IOException {
            return new Epoch(
                    row.text("phase"),
                    row.count("epoch"),
                    row.number("learning_rate"),
                    row.number("train_loss"),
                    row.number("train_top1"),
                    row.number("val_loss"),
                    row.number("val_top1"),
                    Boolean.parseBoolean(row.text("best")));
        }

        private List<Object> cells() {
            return List.of(phase, epoch, learningRate, trainLoss, trainTop1, valLoss, valTop1, best);
        }
    }

    public History {
        epochs = List.copyOf(epochs);
    }

    /**
     * Reads the file.
     *
     * @throws IOException saying in a few words what is wrong with it
     */
    public static History read(Path file) throws IOException {
        List<Epoch> epochs = new ArrayList<>();
        for (CsvRow row : CsvRow.read(file, COLUMNS)) {
            epochs.add(Epoch.of(row));
        }
        return new History(epochs);
    }

    /**
     * Writes or replaces the file.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible
     */
    public void write(Path file) {
        StringBuilder text = new StringBuilder(Csv.line(COLUMNS));
        epochs.forEach(epoch -> text.append(Csv.line(epoch.cells())));
        // The checkpoint has it too, so it need not be forced to disk.
        AtomicFile.write(file, out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)), false);
    }

    /** Labels of the phases that have epochs, in order. */
    public List<String> phases() {
        return epochs.stream().map(Epoch::phase).distinct().toList();
    }

    /** The epochs, counted over all phases from 1, after which another phase begins. */
    public List<Integer> ends() {
        return IntStream.range(1, epochs.size())
                .filter(epoch ->
                        !epochs.get(epoch - 1).phase().equals(epochs.get(epoch).phase()))
                .boxed()
                .toList();
    }

    /**
     * The epoch whose parameters a phase ended with, the best or else the last, counted over all phases from 1; 0 if it
     * trained none.
     */
    public int kept(String phase) {
        int last = 0;
        int best = 0;
        for (int i = 0; i < epochs.size(); i++) {
            if (epochs.get(i).phase().equals(phase)) {
                last = i + 1;
                best = epochs.get(i).best() ? last : best;
            }
        }
        return best > 0 ? best : last;
    }
}
