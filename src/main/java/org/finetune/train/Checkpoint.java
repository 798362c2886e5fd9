package org.finetune.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.finetune.engine.TailState;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.MetricsSums;
import org.finetune.train.checkpoint.Snapshot;

/**
 * All that a run needs, besides its settings, images and weights, to go on as if it had never stopped.
 *
 * @param phase the phase that is being trained
 * @param progress where in it
 * @param head the best epoch of phase 1, or null while that is being trained
 * @param restarts how often phase 2 has begun anew since its loss jumped
 * @param history the epochs of both phases that are over
 * @param seconds durations of the stages so far
 */
record Checkpoint(
        Phase phase,
        PhaseProgress progress,
        BestEpoch head,
        int restarts,
        List<EpochResult> history,
        Map<String, Double> seconds) {
    private static final int FORMAT = 2;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What is not an array of parameters. */
    private record Description(
            int format,
            Phase phase,
            int epoch,
            int images,
            double lossSum,
            MetricsSums sums,
            int step,
            ClassificationMetrics best,
            double bestTrainLoss,
            int epochsSinceBest,
            ClassificationMetrics head,
            double headTrainLoss,
            int restarts,
            List<EpochResult> history,
            Map<String, Double> seconds) {}

    Snapshot toSnapshot() {
        BestEpoch best = progress.best();
        Map<String, float[]> arrays = new LinkedHashMap<>();
        arrays.put("parameters", progress.tail().parameters());
        arrays.put("moments", progress.tail().moments());
        if (best != null) {
            arrays.put("best", best.parameters());
        }
        if (head != null) {
            arrays.put("head", head.parameters());
        }
        Description description = new Description(
                FORMAT,
                phase,
                progress.epoch(),
                progress.images(),
                progress.lossSum(),
                progress.sums(),
                progress.tail().step(),
                best == null ? null : best.validation(),
                best == null ? 0 : best.trainLoss(),
                best == null ? 0 : best.epochsSince(),
                head == null ? null : head.validation(),
                head == null ? 0 : head.trainLoss(),
                restarts,
                history,
                seconds);
        try {
            return new Snapshot(JSON.writeValueAsBytes(description), arrays);
        } catch (IOException e) {
            throw new IllegalStateException("A checkpoint that is no JSON: " + description, e);
        }
    }

    /**
     * Reads what {@link #toSnapshot} made.
     *
     * @throws IOException saying in a few words what is wrong with it
     */
    static Checkpoint of(Snapshot snapshot) throws IOException {
        Description description = JSON.readValue(snapshot.description(), Description.class);
        if (description == null || description.format() != FORMAT) {
            throw new IOException("it is of another version");
        }
        Map<String, float[]> arrays = snapshot.arrays();
        boolean whole = description.phase() != null
                && description.sums() != null
                && description.history() != null
                && description.history().stream().allMatch(Objects::nonNull)
                && description.seconds() != null
                && !description.seconds().containsValue(null)
                && description.epoch() >= 1
                && description.restarts() >= 0
                && (description.epoch() > 1) == (description.best() != null)
                && arrays.containsKey("parameters")
                && arrays.containsKey("moments")
                && arrays.containsKey("best") == (description.best() != null)
                && arrays.containsKey("head") == (description.head() != null)
                && (description.head() != null) == (description.phase() == Phase.FINE_TUNE);
        if (!whole) {
            throw new IOException("it is not complete");
        }
        return new Checkpoint(
                description.phase(),
                new PhaseProgress(
                        description.epoch(),
                        description.images(),
                        description.lossSum(),
                        description.sums(),
                        new TailState(arrays.get("parameters"), arrays.get("moments"), description.step()),
                        description.best() == null
                                ? null
                                : new BestEpoch(
                                        description.best(),
                                        description.bestTrainLoss(),
                                        arrays.get("best"),
                                        description.epochsSinceBest())),
                description.head() == null
                        ? null
                        : new BestEpoch(description.head(), description.headTrainLoss(), arrays.get("head"), 0),
                description.restarts(),
                description.history(),
                description.seconds());
    }
}
