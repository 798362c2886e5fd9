package org.finetune.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.metrics.WilsonInterval;
import org.finetune.settings.Setting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepFilesTest {
    private static final SweepPlan PLAN = new SweepPlan(List.of("unfreeze=0,20", "lr=1e-5..1e-3"), Optional.of(3), 50);

    @TempDir
    private Path path;

    private SweepDirectory directory() {
        return new SweepDirectory(path);
    }

    private static Combination combination(String unfreeze, String lr) {
        Map<Setting<?>, String> values = new LinkedHashMap<>(Map.of(Setting.UNFREEZE, unfreeze));
        if (!lr.isEmpty()) {
            values.put(Setting.LR, lr);
        }
        return new Combination(values);
    }

    private static TrialResult done(int number, double top1, double loss) {
        return new TrialResult(
                number,
                combination("20", "1e-4"),
                ExitCode.SUCCESS,
                Optional.of(new TrialResult.Figures(top1, loss, 0.5, 1.5, "fine-tune", 20)),
                2.5,
                "");
    }

    private static TrialResult diverged(int number) {
        return new TrialResult(
                number, combination("0", ""), ExitCode.DIVERGED, Optional.empty(), 0.5, "=1, \"too\" high");
    }

    @Test
    void whatIsWrittenIsReadBack() {
        SweepResults results = new SweepResults(List.of(diverged(1), done(2, 0.75, 0.25)));
        new SweepFiles(directory()).write(PLAN, results);
        assertEquals(new SweepFiles.Contents(PLAN, results), new SweepFiles(directory()).read());
    }

    @Test
    void csvHasARowForEachTrial() throws IOException {
        WilsonInterval interval = WilsonInterval.of(15, 20);
        new SweepFiles(directory()).write(PLAN, new SweepResults(List.of(diverged(1), done(2, 0.75, 0.25))));
        assertEquals(
                List.of(
                        "trial,status,unfreeze,lr,top1,top1_low,top1_high,loss,head_top1,head_loss,kept,seconds,problem",
                        "1,diverged,0,,,,,,,,,0.5,\"'=1, \"\"too\"\" high\"",
                        "2,done,20,1e-4,0.75," + interval.low() + "," + interval.high()
                                + ",0.25,0.5,1.5,fine-tune,2.5,"),
                Files.readAllLines(directory().csv()));
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        new SweepFiles(directory()).write(PLAN, new SweepResults(List.of(diverged(1), done(2, 0.75, 0.25))));
        String whole = Files.readString(directory().json());
        for (String text : List.of(
                "",
                "null",
                "{}",
                "[1]",
                whole.substring(0, whole.length() / 2),
                whole.replace("\"1e-4\"", "null"),
                whole.replace("0.75", "null"),
                whole.replace("\"fine-tune\"", "null"),
                whole.replace("\"seconds\" : 2.5", "\"seconds\" : null"),
                whole.replace("\"seconds\" : 2.5", "\"seconds\" : \"2.5\""),
                whole.replace("\"images\" : 50", "\"images\" : \"50\""),
                whole.replaceAll("\"trial\" : 2", "\"trial\" : null"),
                whole.replace("\"unfreeze=0,20\"", "null"),
                whole.replaceAll("\"figures\" : \\{[^}]*\\}", "\"figures\" : null"))) {
            Files.writeString(directory().json(), text);
            FinetuneException failure =
                    assertThrows(FinetuneException.class, () -> new SweepFiles(directory()).read(), text);
            assertEquals(ExitCode.USAGE, failure.exitCode());
            assertTrue(failure.getMessage().contains("results.json"), failure.getMessage());
            assertFalse(failure.getMessage().contains("results.json': null"), failure.getMessage());
        }
    }

    @Test
    void theBestHasTheHighestAccuracyThenTheLowestLoss() {
        SweepResults results = new SweepResults(List.of(
                diverged(1), done(2, 0.75, 0.25), done(3, 0.80, 0.50), done(4, 0.80, 0.40), done(5, 0.80, 0.40)));
        assertEquals(
                List.of(4, 5, 3, 2, 1),
                results.ranked().stream().map(TrialResult::number).toList());
        assertEquals(4, results.best().orElseThrow().number());
        assertEquals(ExitCode.SUCCESS, results.exitCode());
        SweepResults none = new SweepResults(List.of(diverged(1)));
        assertTrue(none.best().isEmpty());
        assertEquals(ExitCode.DIVERGED, none.exitCode());
    }

    @Test
    void aResultReplacesTheEarlierOneOfItsTrial() {
        SweepResults results = new SweepResults(List.of(diverged(1), diverged(2))).with(done(1, 1, 0));
        assertEquals(List.of(done(1, 1, 0), diverged(2)), results.trials());
    }

    @Test
    void theBestRunIsAWholeCopyAndTrialsKeepTheirFigures() throws IOException {
        for (int number = 1; number <= 2; number++) {
            Path trial = Files.createDirectories(directory().trial(number).path());
            Files.writeString(trial.resolve("model.zip"), "model " + number);
            Files.writeString(trial.resolve("metrics.json"), "metrics " + number);
            Files.writeString(Files.createDirectory(trial.resolve("plots")).resolve("loss.svg"), "plot " + number);
            directory().keepAsBest(number);
            directory().trim(number);
            assertFalse(Files.exists(trial.resolve("model.zip")));
            assertFalse(Files.exists(trial.resolve("plots")));
            assertEquals("metrics " + number, Files.readString(trial.resolve("metrics.json")));
            Path best = directory().best().path();
            assertEquals("model " + number, Files.readString(best.resolve("model.zip")));
            assertEquals("plot " + number, Files.readString(best.resolve("plots/loss.svg")));
        }
        try (var files = Files.list(path)) {
            assertEquals(
                    List.of("best", "trials"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void aSweepBeginsWhereOneWasStoppedBeforeItHadBegunAndNowhereElse() throws IOException {
        new SweepFiles(directory()).write(PLAN, new SweepResults(List.of()));
        Files.writeString(path.resolve(".config.yaml.part"), "half");
        assertEquals(directory(), SweepDirectory.create(Optional.of(path), Path.of("photos")));
        FinetuneException failure = assertThrows(FinetuneException.class, () -> SweepDirectory.existing(path));
        assertTrue(failure.getMessage().contains("start one with 'finetune sweep --out " + path), failure.getMessage());

        new SweepFiles(directory()).write(PLAN, new SweepResults(List.of(done(1, 1, 0))));
        assertThrows(FinetuneException.class, () -> SweepDirectory.create(Optional.of(path), Path.of("photos")));
        Files.writeString(directory().json(), "{\"another\": \"program's\"}");
        assertThrows(FinetuneException.class, () -> SweepDirectory.create(Optional.of(path), Path.of("photos")));
    }

    @Test
    void whatTheUserHasPutBesideTheBestModelStays() throws IOException {
        for (int number = 1; number <= 2; number++) {
            Path trial = Files.createDirectories(directory().trial(number).path());
            Files.writeString(trial.resolve("model.zip"), "model " + number);
        }
        directory().keepAsBest(1);
        Path best = directory().best().path();
        Files.writeString(best.resolve("notes.txt"), "mine");
        directory().keepAsBest(2);
        assertEquals("model 2", Files.readString(best.resolve("model.zip")));
        assertEquals("mine", Files.readString(best.resolve("notes.txt")));

        Path note = Files.writeString(directory().trial(1).path().resolve("notes.txt"), "mine");
        FinetuneException failure =
                assertThrows(FinetuneException.class, () -> directory().discard(1));
        assertTrue(failure.getMessage().contains("move them elsewhere"), failure.getMessage());
        assertTrue(Files.exists(note));
    }

    @Test
    void aProcessKilledWhileItChangedTheBestLosesNothing() throws IOException {
        Files.writeString(Files.createDirectory(path.resolve(".best.former")).resolve("model.zip"), "former");
        directory().restoreBest();
        assertEquals("former", Files.readString(directory().best().model()));
    }
}
