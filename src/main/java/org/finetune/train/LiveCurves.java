package org.finetune.train;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.run.AtomicFile;
import org.finetune.tensorboard.EventFile;

/**
 * The curves of a run for TensorBoard, by epoch over both phases. Training and validation are two directories with the same
 * names of curves, so that TensorBoard draws them over each other.
 */
final class LiveCurves {
    private final Path directory;
    private EventFile training;
    private EventFile validation;

    /** Prepares curves. Nothing is written before the first epoch. */
    LiveCurves(Path directory) {
        this.directory = directory;
    }

    /**
     * Adds an epoch.
     *
     * @param step number of the epoch, counted from 1 over both phases
     * @throws FinetuneException with {@link ExitCode#DATA} if it cannot be written
     */
    void add(EpochResult result, long step) {
        try {
            if (training == null) {
                training = EventFile.create(directory.resolve("train"), step, Clock.systemUTC());
                validation = EventFile.create(directory.resolve("validation"), step, Clock.systemUTC());
            }
            training.scalars(
                    step,
                    values(
                            result.phase(),
                            result.trainLoss(),
                            result.trainTop1(),
                            Map.of("learning_rate", result.learningRate())));
            validation.scalars(step, values(result.phase(), result.valLoss(), result.valTop1(), Map.of()));
        } catch (IOException e) {
            throw AtomicFile.cannotWrite(directory, e, "--out");
        }
    }

    /** The next epoch replaces all from its step on. */
    void beginAnew() {
        training = null;
        validation = null;
    }

    /** Every curve over both phases, and loss and accuracy of the phase for themselves. */
    private static Map<String, Double> values(Phase phase, double loss, double accuracy, Map<String, Double> others) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("loss", loss);
        values.put("accuracy", accuracy);
        values.putAll(others);
        values.put(phase.label() + "/loss", loss);
        values.put(phase.label() + "/accuracy", accuracy);
        return values;
    }
}
