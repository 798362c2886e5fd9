package org.finetune.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.finetune.engine.TailState;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.MetricsSums;
import org.finetune.train.checkpoint.Snapshot;

/**
 * All that a run needs, besides its settings, photos and weights, to be resumed as if it had never stopped.
 *
 * @param phase the phase that is being trained
 * @param progress where in it
 * @param finished the epochs that are kept of the phases and stages before
 * @param restarts how often the stage has begun anew since its loss jumped
 * @param fitting what a run with a time limit trains in phase 2, once that is chosen
 * @param history the epochs of both phases that are over
 * @param seconds durations of the tasks so far
 */
record Checkpoint(
        Phase phase,
        PhaseProgress progress,
        List<BestEpoch> finished,
        int restarts,
        Optional<FittingStages> fitting,
        List<EpochResult> history,
        Map<String, Double> seconds) {
    private static final int FORMAT = 3;
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Begins the names of the arrays of the phases that are over; their number follows. */
    private static final String FINISHED = "finished-";

    /** What is not an array of parameters; null where it is absent, as JSON has it. */
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
            List<Finished> finished,
            int restarts,
            FittingStages fitting,
            List<EpochResult> history,
            Map<String, Double> seconds) {}

    /** What is not an array of parameters, of a phase that is over. */
    private record Finished(ClassificationMetrics validation, double trainLoss) {}

    Snapshot toSnapshot() {
        Optional<BestEpoch> best = progress.best();
        Map<String, float[]> arrays = new LinkedHashMap<>();
        arrays.put("parameters", progress.tail().parameters());
        arrays.put("moments", progress.tail().moments());
        best.ifPresent(epoch -> arrays.put("best", epoch.parameters()));
        for (int number = 0; number < finished.size(); number++) {
            arrays.put(FINISHED + number, finished.get(number).parameters());
        }
        Description description = new Description(
                FORMAT,
                phase,
                progress.epoch(),
                progress.images(),
                progress.lossSum(),
                progress.sums(),
                progress.tail().step(),
                best.map(BestEpoch::validation).orElse(null),
                best.map(BestEpoch::trainLoss).orElse(0.0),
                best.map(BestEpoch::epochsSince).orElse(0),
                finished.stream()
                        .map(epoch -> new Finished(epoch.validation(), epoch.trainLoss()))
                        .toList(),
                restarts,
                fitting.orElse(null),
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
            throw new IOException("it was written by another version");
        }
        Map<String, float[]> arrays = snapshot.arrays();
        boolean whole = description.phase() != null
                && description.phase().label() != null
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
                && description.finished() != null
                && description.finished().size() == description.phase().number()
                && description.finished().stream().allMatch(epoch -> epoch != null && epoch.validation() != null)
                && IntStream.range(0, description.finished().size())
                        .allMatch(number -> arrays.containsKey(FINISHED + number));
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
                        Optional.ofNullable(description.best())
                                .map(validation -> new BestEpoch(
                                        validation,
                                        description.bestTrainLoss(),
                                        arrays.get("best"),
                                        description.epochsSinceBest()))),
                IntStream.range(0, description.finished().size())
                        .mapToObj(number -> {
                            Finished epoch = description.finished().get(number);
                            return new BestEpoch(
                                    epoch.validation(), epoch.trainLoss(), arrays.get(FINISHED + number), 0);
                        })
                        .toList(),
                description.restarts(),
                Optional.ofNullable(description.fitting()),
                description.history(),
                description.seconds());
    }
}
