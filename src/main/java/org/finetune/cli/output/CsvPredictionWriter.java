package org.finetune.cli.output;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.finetune.run.Csv;

/**
 * Writes a header and a line of comma-separated values for each photo: its path, then each class and its probability, then
 * the map if there are maps.
 */
final class CsvPredictionWriter implements PredictionWriter {
    private final PrintWriter out;
    private final boolean maps;

    CsvPredictionWriter(PrintWriter out, int top, boolean maps) {
        this.out = out;
        this.maps = maps;
        List<Object> header = new ArrayList<>(List.of("path"));
        for (int rank = 1; rank <= top; rank++) {
            header.add("class_" + rank);
            header.add("probability_" + rank);
        }
        if (maps) {
            header.add("map");
        }
        out.print(Csv.line(header));
    }

    @Override
    public void write(Prediction prediction) {
        List<Object> cells = new ArrayList<>(List.of(prediction.photo()));
        for (Prediction.ClassProbability candidate : prediction.classes()) {
            cells.add(candidate.label());
            cells.add(candidate.probability());
        }
        if (maps) {
            cells.add(prediction.map() == null ? "" : prediction.map());
        }
        out.print(Csv.line(cells));
    }
}
