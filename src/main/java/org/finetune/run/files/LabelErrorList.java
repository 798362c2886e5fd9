package org.finetune.run.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.metrics.LabelErrors;

/** {@code label-errors.json}: photos whose labels are doubtful, the most doubtful first. */
public final class LabelErrorList {
    private LabelErrorList() {}

    /**
     * The list as JSON: for each photo its path, the SHA-256 of its content, the given and the likely class, and the
     * probability of each.
     *
     * @param classes names of the classes by label
     */
    public static JsonNode toJson(LabelErrors errors, List<String> classes) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (LabelErrors.Suspect suspect : errors.suspects()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("path", suspect.prediction().photo());
            row.put("sha256", suspect.prediction().sha256());
            row.put("given", classes.get(suspect.prediction().label()));
            row.put("likely", classes.get(suspect.likely()));
            row.put("given_probability", suspect.given());
            row.put("likely_probability", suspect.confidence());
            rows.add(row);
        }
        return JsonFile.toTree(rows);
    }

    /**
     * Writes or replaces the file.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible
     */
    public static void write(Path file, LabelErrors errors, List<String> classes) {
        JsonFile.write(file, toJson(errors, classes));
    }
}
