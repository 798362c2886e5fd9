package org.finetune.cli.output;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.finetune.inference.ClassProbability;
import org.finetune.run.Csv;

/**
 * Writes a header and a line of comma-separated values for each photo: its path, then the answer and why there is none if
 * there are answers, then each class and its probability, then the map if there are maps.
 */
final class CsvPredictionWriter implements PredictionWriter {
    private final PrintWriter out;
    private final boolean maps;

    CsvPredictionWriter(PrintWriter out, int top, boolean maps, boolean answers) {
        this.out = out;
        this.maps = maps;
        List<Object> header = new ArrayList<>(List.of("path"));
        if (answers) {
            header.addAll(List.of("answer", "doubt"));
        }
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
    public void write(PredictedPhoto prediction) {
        List<Object> cells = new ArrayList<>(List.of(prediction.photo()));
        prediction.answer().ifPresent(answer -> cells.addAll(List.of(answer.label(), answer.doubt())));
        for (ClassProbability candidate : prediction.classes()) {
            cells.add(candidate.label());
            cells.add(candidate.probability());
        }
        if (maps) {
            cells.add(prediction.map().map(Path::toString).orElse(""));
        }
        out.print(Csv.line(cells));
    }
}
