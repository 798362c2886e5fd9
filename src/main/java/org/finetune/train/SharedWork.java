package org.finetune.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.finetune.data.Augment;
import org.finetune.data.Dataset;
import org.finetune.settings.Scope;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;

/**
 * What several runs of a process on the same photos need not do more than once. The photos are looked through once, the
 * frozen layers run once for all runs that agree on what decides about their outputs, for all of their cuts in one pass,
 * and phase 1 is trained once for neighbouring runs that agree on everything before phase 2. The runs come to the same
 * bits as by themselves. Thread-safe: runs that need the same activations wait for the one that computes them.
 */
public final class SharedWork implements AutoCloseable {
    /** Neighbouring runs have the same head, or else hardly any have. */
    private static final int MAX_HEADS = 4;

    private final Path directory;
    private final Dataset data;
    private final List<TrainSettings> ahead;
    private final boolean shared;
    private final Map<List<Object>, FeatureCaches> features = new ConcurrentHashMap<>();
    /** One for each kind of activations that are there or being computed. */
    private final Map<List<Object>, Object> locks = new ConcurrentHashMap<>();

    private final Map<List<Object>, TrainedHead> heads = new LinkedHashMap<>();
    private final Map<List<Object>, Path> directories = new HashMap<>();

    /**
     * Nothing is done yet.
     *
     * @param directory where activations go that are too large for memory
     * @param data the photos
     * @param runs the settings of all runs, which have the same photos
     */
    public SharedWork(Path directory, Dataset data, List<TrainSettings> runs) {
        this.directory = directory;
        this.data = data;
        this.ahead = new CopyOnWriteArrayList<>(runs);
        this.shared = runs.size() > 1;
    }

    /** Whether there are several runs. */
    boolean isShared() {
        return shared;
    }

    /** The photos. */
    Dataset images() {
        return data;
    }

    /**
     * The activations that a run needs.
     *
     * @param compute computes them, with a layer for each boundary of the {@link #plans}; called if no run before had the same
     */
    FeatureCaches features(TrainSettings run, Supplier<FeatureCaches> compute) {
        List<Object> key = featuresKey(run);
        synchronized (locks.computeIfAbsent(key, other -> new Object())) {
            FeatureCaches known = features.get(key);
            if (known == null) {
                known = compute.get();
                features.put(key, known);
            }
            return known;
        }
    }

    /**
     * The plans of a run, and of the others that have the same activations, each with a cut for each boundary.
     *
     * @param network the network of the run
     */
    Stream<RecipePlan> plans(TrainSettings run, RunNetwork network) {
        List<Object> key = featuresKey(run);
        return Stream.concat(
                Stream.of(network.plan()),
                ahead.stream()
                        .filter(other -> featuresKey(other).equals(key))
                        .map(other -> RecipePlan.of(other, network.architecture())));
    }

    /** Bytes up to which activations that are being computed are kept in memory, of each layer: less, the more others there are. */
    long memoryLimit() {
        return TrainingMemory.forActivations() >> Math.min(locks.size() - 1, Long.SIZE - 1);
    }

    /** Where the activations of a run go that are too large for memory: the same place if they are computed again. */
    synchronized Path directory(TrainSettings run) {
        return directories.computeIfAbsent(
                featuresKey(run),
                key -> directories.isEmpty() ? directory : directory.resolve(Integer.toString(directories.size() + 1)));
    }

    /** Phase 1 of a run, if one before had the same. */
    synchronized Optional<TrainedHead> head(TrainSettings run) {
        return Optional.ofNullable(heads.get(headKey(run)));
    }

    /** Takes phase 1 of a run for those that have the same. */
    synchronized void keep(TrainSettings run, TrainedHead head) {
        List<Object> key = headKey(run);
        // The run itself is one of them.
        if (ahead.stream().filter(other -> headKey(other).equals(key)).count() > 1) {
            heads.put(key, head);
        }
        if (heads.size() > MAX_HEADS) {
            heads.remove(heads.keySet().iterator().next());
        }
    }

    /** Says that a run is over, one way or another, and lets go what no other needs. */
    public synchronized void finished(TrainSettings run) {
        ahead.remove(run);
        List<Object> key = featuresKey(run);
        if (ahead.stream().noneMatch(other -> featuresKey(other).equals(key))) {
            locks.remove(key);
            FeatureCaches done = features.remove(key);
            if (done != null) {
                done.close();
            }
        }
    }

    /** All that the activations of a run depend on, but for the cut. */
    private static List<Object> featuresKey(TrainSettings run) {
        List<Object> key = values(run, Scope.FEATURES);
        if (run.get(Setting.AUGMENT) == Augment.STANDARD) {
            key.add(run.get(Setting.SEED));
        }
        return key;
    }

    /** All that phase 1 of a run depends on. */
    private static List<Object> headKey(TrainSettings run) {
        List<Object> key = values(run, Scope.FEATURES);
        key.addAll(values(run, Scope.HEAD));
        return key;
    }

    private static List<Object> values(TrainSettings run, Scope scope) {
        List<Object> values = new ArrayList<>();
        for (Setting<?> setting : scope.settings()) {
            values.add(run.get(setting));
        }
        return values;
    }

    @Override
    public void close() {
        features.values().forEach(FeatureCaches::close);
        features.clear();
    }
}
