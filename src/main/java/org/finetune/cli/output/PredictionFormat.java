package org.finetune.cli.output;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.finetune.cli.terminal.Terminal;

/** The forms in which predictions are written. */
public enum PredictionFormat {
    /** Aligned columns for people. */
    TABLE,
    /** Comma-separated values with a header. */
    CSV,
    /** A JSON object a line. */
    JSONL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * What predictions have.
     *
     * @param labels names of the classes
     * @param top number of classes of each prediction
     * @param maps whether they have maps
     * @param answers whether they have answers
     */
    public record Content(List<String> labels, int top, boolean maps, boolean answers) {}

    /**
     * Makes a writer.
     *
     * @param terminal what is behind {@code out}
     * @param photos ids of photos that will come, all of them if they are known
     */
    public PredictionWriter writer(PrintWriter out, Terminal terminal, List<String> photos, Content content) {
        List<String> labels = content.labels();
        int top = content.top();
        return switch (this) {
            case TABLE -> new TablePredictionWriter(out, terminal, photos, labels, top, content.answers());
            case CSV -> new CsvPredictionWriter(out, Math.min(top, labels.size()), content.maps(), content.answers());
            case JSONL -> new JsonlPredictionWriter(out);
        };
    }
}
