package org.finetune.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune.backend.BackendOptions;
import org.finetune.backend.BackendType;
import org.finetune.backend.cuda.GpuFailureException;
import org.finetune.data.Dataset;
import org.finetune.data.source.PhotoSources;
import org.finetune.engine.EngineType;
import org.finetune.engine.check.SelfCheck;
import org.finetune.engine.select.Engines;
import org.finetune.model.Architecture;
import org.finetune.run.Interruption;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import org.finetune.settings.SettingsLoader;
import org.finetune.settings.TrainSettings;
import org.finetune.testing.PhotoFolder;
import org.finetune.testing.RandomWeights;
import org.finetune.testing.StandInDriver;
import org.finetune.train.PhotoScan;
import org.finetune.train.TrainingListener;
import org.finetune.weights.KerasFileBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class SweepTest {
    /** Two kinds of activations, each with a head for two trials. */
    private static final List<String> TRIES = List.of("augment=none,flip", "lr=1e-4,1e-3");

    private static final int TRIALS = 4;
    private static final int SIZE = 32;
    private static final Sweep.Limits NO_LIMITS = new Sweep.Limits(Optional.empty(), Optional.empty());
    private static final List<Optional<Integer>> TWO = List.of(Optional.of(0), Optional.of(1));

    @TempDir
    private Path directory;

    private Path photos;
    private Path weights;

    /** Trials that begin and end, as the listener hears of them. */
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void makePhotosAndWeights() throws Exception {
        // As in production.
        ((Logger) LoggerFactory.getLogger("org.finetune")).setLevel(Level.INFO);
        photos = PhotoFolder.create(directory.resolve("photos"), 8, 1);
        Architecture architecture = Architecture.of(0.35, SIZE);
        weights = KerasFileBuilder.of(architecture, RandomWeights.of(architecture.base(), 7))
                .write(directory.resolve("weights.h5"));
    }

    @Test
    void trialsOnSeveralDevicesComeToTheResultsOfOneAfterTheOther() throws Exception {
        SweepDirectory alone = run("alone", List.of(Optional.empty()), NO_LIMITS);
        SweepResults expected = new SweepFiles(alone).read().results();
        assertEquals(TRIALS, expected.trials().size());
        heard.clear();

        SweepDirectory spread = run("spread", TWO, NO_LIMITS);
        SweepResults found = new SweepFiles(spread).read().results();

        assertEquals(2 * TRIALS, heard.size(), heard.toString());
        assertEquals(
                expected.best().orElseThrow().number(),
                found.best().orElseThrow().number());
        List<String> devices = new ArrayList<>();
        for (TrialResult trial : expected.trials()) {
            assertEquals(
                    trial.figures(), found.trial(trial.number()).orElseThrow().figures(), "trial " + trial.number());
            Path run = spread.trial(trial.number()).path();
            assertEquals(
                    -1,
                    Files.mismatch(
                            alone.trial(trial.number()).path().resolve("predictions.csv"),
                            run.resolve("predictions.csv")));
            devices.add(Files.readAllLines(run.resolve("config.yaml")).stream()
                    .filter(line -> line.startsWith("device:"))
                    .findFirst()
                    .orElseThrow());
            List<String> log = Files.readAllLines(run.resolve("finetune.log"));
            assertEquals(1, log.stream().filter(line -> line.contains("Run: ")).count(), log.toString());
        }
        assertTrue(devices.containsAll(List.of("device: 0", "device: 1")), devices.toString());
    }

    @Test
    void limitCountsTheTrialsOfAllDevices() throws Exception {
        SweepDirectory sweep = run("some", TWO, new Sweep.Limits(Optional.of(1), Optional.empty()));
        assertEquals(1, new SweepFiles(sweep).read().results().trials().size());
    }

    /** Another device would go on with them, if there was one. */
    @Test
    void gpuThatFailsLeavesItsTrialsForLater() throws Exception {
        StandInDriver.configure("");
        Engines.startAll(
                new BackendOptions(BackendType.CUDA, Optional.empty(), 0),
                EngineType.FAST,
                SelfCheck.NETWORK,
                notice -> {});
        try {
            StandInDriver.configure("lost_unfold=1");
            GpuFailureException e =
                    assertThrows(GpuFailureException.class, () -> run("lost", List.of(Optional.of(0)), NO_LIMITS));
            assertTrue(e.getMessage().contains("CUDA_ERROR_DEVICE_UNAVAILABLE"), e.getMessage());
        } finally {
            StandInDriver.configure("");
            Engines.start(new BackendOptions(BackendType.CPU, Optional.empty(), 0), SelfCheck.NETWORK, notice -> {});
        }
        assertEquals(List.of("begins 1", "warning"), heard);
        SweepDirectory sweep = new SweepDirectory(directory.resolve("lost"));
        assertEquals(List.of(), new SweepFiles(sweep).read().results().trials());
    }

    private SweepDirectory run(String name, List<Optional<Integer>> devices, Sweep.Limits limits) throws Exception {
        SettingValues given = new SettingValues();
        given.put(Setting.DATA, photos);
        given.put(Setting.WEIGHTS, weights.toString());
        given.put(Setting.ALPHA, 0.35);
        given.put(Setting.BACKEND, BackendType.CPU);
        given.put(Setting.SIZE, SIZE);
        given.put(Setting.EPOCHS, Optional.of(1));
        given.put(Setting.BATCH_SIZE, 8);
        SettingValues base = new SettingsLoader(Path.of("").toAbsolutePath()).load(null, given);
        TrainSettings settings = base.toTrainSettings();
        Dataset data = PhotoScan.of(settings, PhotoSources.of(settings.get(Setting.DATA)), new TrainingListener() {});
        long images = (long) data.train().size() + data.validation().size();
        Path out = directory.resolve(name);
        Interruption interruption = new Interruption(failure -> {});
        try (OpenSweep sweep =
                OpenSweep.begin(base, new SweepPlan(TRIES, Optional.empty(), images), Optional.of(out), Map.of())) {
            new Sweep(sweep, Optional.empty(), Map.of(), best -> {}, new Listener(), interruption)
                    .run(data, devices, limits);
            return sweep.directory();
        } finally {
            // The end of this process would wait for it.
            interruption.end(0);
        }
    }

    private final class Listener implements SweepListener {
        @Override
        public void trialStarted(int number, int planned, Combination combination) {
            heard.add("begins " + number);
        }

        @Override
        public void warning(String message) {
            if (message.startsWith("The GPU failed")) {
                heard.add("warning");
            }
        }

        @Override
        public void trialFinished(TrialResult result, int planned, boolean best) {
            heard.add("ends " + result.number() + ": " + result.status());
        }
    }
}
