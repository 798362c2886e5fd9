package org.finetune.run.files;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/**
 * {@code timings.json}: how long everything took. It is apart from the metrics, which are the same whenever a run is
 * repeated.
 *
 * @param tasks seconds of each task
 * @param features seconds of what filling the caches consists of, by thread
 * @param epochs of both phases
 */
public record Timings(
        @JsonProperty("seconds") Map<String, Double> tasks,
        @JsonProperty("feature_seconds") Map<String, Map<String, Double>> features,
        @JsonProperty("epochs") List<Epoch> epochs) {

    /**
     * How long an epoch took.
     *
     * @param phase the phase's label
     * @param epoch number of the epoch in its phase, from 1
     */
    public record Epoch(String phase, int epoch, double seconds) {}

    /**
     * Writes or replaces the file.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible
     */
    public void write(Path file) {
        JsonFile.write(file, this);
    }
}
