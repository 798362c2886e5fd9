package org.finetune.cli.output;

import java.util.Locale;
import org.finetune.cli.terminal.Terminal;
import org.finetune.train.EpochResult;
import org.finetune.train.Phase;

/** The epochs of a run as text: on a terminal rows of a table for each phase, elsewhere lines that can stand alone. */
final class EpochRows {
    private static final int WIDE = 72;

    private final Terminal terminal;
    private Phase headed;

    EpochRows(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The line or lines for an epoch. */
    String of(EpochResult result, int epochs) {
        if (!terminal.present()) {
            return result.toLine(epochs);
        }
        String row = row(result, epochs);
        if (result.phase().equals(headed)) {
            return row;
        }
        headed = result.phase();
        return terminal.faint(heading()) + System.lineSeparator() + row;
    }

    private boolean wide() {
        return terminal.columns().getAsInt() >= WIDE;
    }

    private String heading() {
        return wide()
                ? "    epoch      loss  accuracy  validation: loss  accuracy    time"
                : "  epoch    loss  validation";
    }

    private String row(EpochResult result, int epochs) {
        String epoch = result.epoch() + "/" + epochs;
        String best = result.best() ? "  " + terminal.good("best") : "";
        return wide()
                ? format(
                                "%9s  %8.4f  %7.1f%%  %16.4f  %7.1f%%  %5ss",
                                epoch,
                                result.trainLoss(),
                                100 * result.trainTop1(),
                                result.valLoss(),
                                100 * result.valTop1(),
                                result.roundedSeconds())
                        + best
                : format("%7s %7.4f %10.1f%%", epoch, result.trainLoss(), 100 * result.valTop1()) + best;
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
