package org.finetune.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.Printable;
import org.finetune.inference.ClassProbability;

/**
 * Writes a JSON object a line: {@code {"path": ..., "classes": [{"class": ..., "probability": ...}, ...]}}, with
 * {@code "map": ...} after that if there is a map, and {@code "answer": ..., "doubt": ...} after the path if there is an answer.
 */
final class JsonlPredictionWriter implements PredictionWriter {
    private final PrintWriter out;
    private final ObjectMapper mapper = new ObjectMapper();

    JsonlPredictionWriter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void write(PredictedPhoto prediction) {
        List<Map<String, Object>> classes =
                prediction.classes().stream().map(JsonlPredictionWriter::json).toList();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("path", prediction.photo());
        prediction.answer().ifPresent(answer -> {
            object.put("answer", answer.label());
            object.put("doubt", answer.doubt().toString());
        });
        object.put("classes", classes);
        prediction.map().ifPresent(map -> object.put("map", map.toString()));
        try {
            // The escapes are those of JSON too, so the text stays the same.
            out.print(Printable.of(mapper.writeValueAsString(object)) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A prediction that is no JSON: " + object, e);
        }
    }

    private static Map<String, Object> json(ClassProbability candidate) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("class", candidate.label());
        object.put("probability", candidate.probability());
        return object;
    }
}
