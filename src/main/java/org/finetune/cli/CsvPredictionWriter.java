package org.finetune.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.finetune.run.Csv;

/** Writes a header and a line of comma-separated values for each photo: its path, then each class and its probability. */
final class CsvPredictionWriter implements PredictionWriter {
    private final PrintWriter out;

    CsvPredictionWriter(PrintWriter out, int top) {
        this.out = out;
        List<Object> header = new ArrayList<>(List.of("path"));
        for (int rank = 1; rank <= top; rank++) {
            header.add("class_" + rank);
            header.add("probability_" + rank);
        }
        out.print(Csv.line(header));
    }

    @Override
    public void write(Prediction prediction) {
        List<Object> cells =
                new ArrayList<>(List.of(Printable.of(prediction.photo().toString())));
        for (ClassProbability candidate : prediction.classes()) {
            cells.add(Printable.of(candidate.label()));
            cells.add(candidate.probability());
        }
        out.print(Csv.line(cells));
    }
}
