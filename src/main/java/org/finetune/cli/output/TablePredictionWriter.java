package org.finetune.cli.output;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.finetune.Printable;
import org.finetune.cli.terminal.DisplayWidth;
import org.finetune.cli.terminal.Terminal;
import org.finetune.inference.Answer;
import org.finetune.inference.ClassProbability;

/**
 * Writes a line for each photo, with aligned columns; the answer comes first if there is one. In a narrow window paths are
 * shortened.
 */
final class TablePredictionWriter implements PredictionWriter {
    private static final int MIN_PATH_WIDTH = 16;
    private static final int PERCENT_WIDTH = " 100.0%".length();
    private static final String GAP = "  ";

    private final PrintWriter out;
    private final Terminal terminal;
    private final int mostPathWidth;
    private final int pathWidth;
    private final int labelWidth;
    private final int answerWidth;

    /**
     * Prepares the columns.
     *
     * @param photos ids of photos that will come, which the column of paths has room for
     * @param labels names of the classes
     * @param top number of classes of each photo
     * @param answers whether predictions have answers
     */
    TablePredictionWriter(
            PrintWriter out, Terminal terminal, List<String> photos, List<String> labels, int top, boolean answers) {
        this.out = out;
        this.terminal = terminal;
        this.labelWidth = width(labels.stream());
        this.answerWidth = answers ? Math.max(labelWidth, Answer.UNKNOWN.length()) : 0;
        int room = terminal.columns().getAsInt()
                - (answers ? GAP.length() + answerWidth : 0)
                - Math.min(top, labels.size()) * (GAP.length() + labelWidth + PERCENT_WIDTH);
        this.mostPathWidth = Math.max(MIN_PATH_WIDTH, room);
        this.pathWidth = Math.min(width(photos.stream()), mostPathWidth);
    }

    private static int width(Stream<String> texts) {
        return texts.map(Printable::of).mapToInt(DisplayWidth::of).max().orElse(0);
    }

    @Override
    public void write(PredictedPhoto prediction) {
        String path = DisplayWidth.shortenStart(Printable.of(prediction.photo()), mostPathWidth, terminal.ellipsis());
        StringBuilder line = new StringBuilder(DisplayWidth.padRight(path, pathWidth));
        Optional<Answer> answer = prediction.answer();
        answer.map(given -> DisplayWidth.padRight(Printable.of(given.label()), answerWidth))
                .ifPresent(text -> line.append(GAP).append(terminal.strong(text)));
        for (ClassProbability candidate : prediction.classes()) {
            String text = DisplayWidth.padRight(Printable.of(candidate.label()), labelWidth)
                    + String.format(" %5.1f%%", 100 * candidate.probability());
            boolean first =
                    answer.isEmpty() && candidate == prediction.classes().get(0);
            line.append(GAP).append(first ? terminal.strong(text) : terminal.faint(text));
        }
        answer.map(given -> given.doubt().remark())
                .filter(remark -> !remark.isEmpty())
                .ifPresent(remark -> line.append(GAP).append(remark));
        out.println(line);
    }
}
