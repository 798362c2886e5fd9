package org.finetune.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Writes a line for each photo, with aligned columns. */
final class TablePredictionWriter implements PredictionWriter {
    private final PrintWriter out;
    private final int pathWidth;
    private final int labelWidth;

    TablePredictionWriter(PrintWriter out, List<Path> photos, List<String> labels) {
        this.out = out;
        this.pathWidth = width(photos.stream().map(Path::toString));
        this.labelWidth = width(labels.stream());
    }

    private static int width(Stream<String> texts) {
        return texts.map(Printable::of)
                .mapToInt(TablePredictionWriter::length)
                .max()
                .orElse(0);
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    @Override
    public void write(Prediction prediction) {
        StringBuilder line = new StringBuilder(padded(prediction.photo().toString(), pathWidth));
        for (ClassProbability candidate : prediction.classes()) {
            line.append("  ")
                    .append(padded(candidate.label(), labelWidth))
                    .append(String.format(" %5.1f%%", 100 * candidate.probability()));
        }
        out.println(line);
    }

    private static String padded(String text, int width) {
        String printable = Printable.of(text);
        return printable + " ".repeat(Math.max(0, width - length(printable)));
    }
}
