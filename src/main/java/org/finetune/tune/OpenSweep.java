package org.finetune.tune;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.run.AtomicFile;
import org.finetune.run.DirectoryLock;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import org.finetune.settings.SettingsWriter;
import org.finetune.settings.TrainSettings;

/**
 * A sweep in its directory: what it tries and what has become of it so far. Until it is closed, no other process can open the
 * sweep. Threads may add the results of trials at the same time.
 */
public final class OpenSweep implements AutoCloseable {
    private final SettingValues base;
    private final SweepPlan plan;
    private final SweepDirectory directory;
    private final DirectoryLock lock;
    private final SweepFiles files;
    private final List<Combination> combinations;
    private SweepResults results;

    private OpenSweep(
            SettingValues base, SweepPlan plan, SweepDirectory directory, DirectoryLock lock, SweepResults results) {
        this.base = base;
        this.plan = plan;
        this.directory = directory;
        this.lock = lock;
        this.files = new SweepFiles(directory);
        this.combinations = plan.combinations(base);
        this.results = results;
    }

    /**
     * Begins a sweep in a new directory.
     *
     * @param base the settings that are not tried
     * @param out the directory wanted; a new one below {@code sweeps} if empty
     * @param versions what the sweep is made with, for the record
     * @throws FinetuneException if the plan is wrong, or the directory exists already or cannot be written
     */
    public static OpenSweep begin(SettingValues base, SweepPlan plan, Optional<Path> out, Map<String, ?> versions) {
        // A plan that is wrong should leave nothing behind.
        plan.combinations(base);
        SweepDirectory directory = SweepDirectory.create(out, base.get(Setting.DATA));
        return locked(directory, lock -> {
            directory.requireNotBegun();
            OpenSweep sweep = new OpenSweep(base, plan, directory, lock, new SweepResults(List.of()));
            sweep.files.write(plan, sweep.results);
            // From now on the sweep can be continued.
            AtomicFile.write(directory.config(), SettingsWriter.toYaml(base.toTrainSettings(), versions));
            return sweep;
        });
    }

    /**
     * Continues a sweep.
     *
     * @param base its settings, from {@link SweepDirectory#config}
     * @param random number of combinations to draw; as many as before if empty
     * @param images number of photos that there are now
     * @throws FinetuneException with {@link ExitCode#USAGE} if the directory has no sweep, with {@link ExitCode#DATA} if
     *     the photos are others, or another process has the sweep open
     */
    public static OpenSweep resume(
            SettingValues base, SweepDirectory directory, Optional<Integer> random, long images) {
        return locked(directory, lock -> resume(base, directory, lock, random, images));
    }

    private static OpenSweep resume(
            SettingValues base, SweepDirectory directory, DirectoryLock lock, Optional<Integer> random, long images) {
        SweepFiles.Contents contents = new SweepFiles(directory).read();
        SweepPlan plan = contents.plan();
        if (plan.images() != images) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "The sweep in '" + directory.path() + "' was started with " + plan.images() + " photos, but "
                            + "now there are "
                            + images + " in '" + base.get(Setting.DATA)
                            + "', so its trials could not be compared; start a new sweep.");
        }
        if (random.isPresent() && plan.random().isEmpty()) {
            throw new FinetuneException(
                    ExitCode.USAGE, "--random: the sweep in '" + directory.path() + "' is a grid; omit --random.");
        }
        SweepPlan continued = new SweepPlan(plan.tries(), random.or(plan::random), images);
        OpenSweep sweep = new OpenSweep(base, continued, directory, lock, contents.results());
        sweep.catchUp();
        return sweep;
    }

    /** Opens a sweep under the lock of its directory, which is given back if that fails. */
    private static OpenSweep locked(SweepDirectory directory, Function<DirectoryLock, OpenSweep> opening) {
        DirectoryLock lock = DirectoryLock.take(directory.path(), "sweep");
        try {
            return opening.apply(lock);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Does what a process may have left undone that was killed once it had written the result of a trial. */
    private void catchUp() {
        directory.restoreBest();
        files.writeTable(plan, results);
        results.trials().forEach(trial -> directory.trim(trial.number()));
    }

    public SweepDirectory directory() {
        return directory;
    }

    /** The settings that are not tried. */
    public TrainSettings settings() {
        return base.toTrainSettings();
    }

    public SweepPlan plan() {
        return plan;
    }

    public synchronized SweepResults results() {
        return results;
    }

    /** How many trials it has when all are over. */
    public int planned() {
        return combinations.size();
    }

    /** The trials that are not over, and those that failed, by number. */
    List<Trial> trialsLeft() {
        List<Trial> left = new ArrayList<>();
        for (int number = 1; number <= combinations.size(); number++) {
            boolean over = results.trial(number)
                    .map(trial -> trial.isDone() || trial.exitCode() == ExitCode.DIVERGED)
                    .orElse(false);
            if (!over) {
                Combination combination = combinations.get(number - 1);
                SettingValues values = combination.over(base);
                values.put(Setting.OUT, Optional.of(directory.trial(number).path()));
                left.add(new Trial(number, combination, values.toTrainSettings()));
            }
        }
        return left;
    }

    /** Whether a result would be the best so far. */
    synchronized boolean isBest(TrialResult result) {
        return results.with(result).best().filter(result::equals).isPresent();
    }

    /**
     * Keeps a result, and the model if it is the best.
     *
     * @return whether it is the best so far
     */
    synchronized boolean add(TrialResult result) {
        boolean best = isBest(result);
        results = results.with(result);
        if (best) {
            directory.keepAsBest(result.number());
        }
        files.write(plan, results);
        directory.trim(result.number());
        return best;
    }

    /** Lets other processes open the sweep. */
    @Override
    public void close() {
        lock.close();
    }
}
