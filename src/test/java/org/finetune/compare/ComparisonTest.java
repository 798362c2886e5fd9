package org.finetune.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    private static final String HEADER = "path,sha256,class,predicted,class,path\n";

    @TempDir
    private Path directory;

    private RecordedRun run(String name, String config, String predictions) throws IOException {
        Path run = Files.createDirectory(directory.resolve(name));
        Files.writeString(run.resolve("config.yaml"), config);
        Files.writeString(
                run.resolve("metrics.json"),
                "{\"top1\": 0.5, \"classes\": [{\"name\": \"class\"}, {\"name\": \"path\"}]}");
        Files.writeString(
                run.resolve("history.csv"),
                """
                phase,epoch,learning_rate,train_loss,train_top1,val_loss,val_top1,seconds,best
                head,1,0.001,1.5,0.25,1.25,0.5,0.1,true
                """);
        if (predictions != null) {
            Files.writeString(run.resolve("predictions.csv"), HEADER + predictions);
        }
        return RecordedRun.read(run);
    }

    @Test
    void settingsAndProvenanceThatDifferAreFound() throws IOException {
        RecordedRun a = run("a", "lr: 0.1\nsize: 96\ncache: x\nprovenance:\n  java: '17'\n", null);
        RecordedRun b = run("b", "lr: 0.2\nsize: 96\nviews: 3\nprovenance:\n  java: '21'\n", null);
        assertEquals(
                Map.of("lr", List.of("0.1", "0.2"), "views", List.of("", "3"), "provenance.java", List.of("17", "21")),
                Comparison.of(List.of(a, b)).differences());
    }

    @Test
    void photosAreMatchedByContentWhateverTheirNames() throws IOException {
        RecordedRun a = run(
                "a",
                "{}",
                """
                1.jpg,aa,class,class,0.9,0.1
                2.jpg,bb,class,path,0.2,0.8
                3.jpg,cc,path,path,0.2,0.8
                "copy, of 3.jpg",cc,path,path,0.2,0.8
                4.jpg,dd,path,class,0.6,0.4
                """);
        RecordedRun b = run(
                "b",
                "{}",
                """
                x/3.jpg,cc,path,class,0.7,0.3
                x/2.jpg,bb,class,class,0.7,0.3
                x/1.jpg,aa,class,class,0.7,0.3
                x/5.jpg,ee,class,class,0.7,0.3
                """);
        PairedRuns pair = Comparison.of(List.of(a, b)).pairs().get(0);
        assertEquals(new PairedRuns(0, 1, 3, 4, 4, 2, 2, new McNemarTest(1, 1)), pair);
        String sentence = PairSentence.of(pair, 1);
        assertTrue(sentence.startsWith("A and B were validated on different photos, "), sentence);
        assertTrue(sentence.contains(" 1 is right only in A, 1 only in B: "), sentence);
        assertEquals(List.of("class", "path"), Comparison.of(List.of(a, b)).classes());
    }

    @Test
    void everyPairHasItsSentence() throws IOException {
        String right = "1.jpg,aa,class,class,0.9,0.1\n";
        RecordedRun a = run("a", "{}", right);
        RecordedRun b = run("b", "{}", right);
        RecordedRun c = run("c", "{}", null);
        List<String> sentences = Comparison.of(List.of(a, b, c)).pairs().stream()
                .map(pair -> PairSentence.of(pair, 3))
                .toList();
        assertEquals(
                List.of(
                        "A and B, on the same 1 photo: 0 are right only in A, 0 only in B: p = 1.0000 (McNemar, exact), so"
                                + " the photos show no difference at the 5% level for all 3 pairs together (Bonferroni).",
                        "A and C: no test, because C has no predictions.csv.",
                        "B and C: no test, because C has no predictions.csv."),
                sentences);
    }

    @Test
    void enoughPhotosShowADifference() {
        PairedRuns pair = new PairedRuns(0, 1, 500, 500, 500, 400, 430, new McNemarTest(10, 40));
        assertTrue(PairSentence.of(pair, 1).endsWith("so B is better at the 5% level."));
    }

    @Test
    void unfinishedOrDamagedRunsAreNamed() throws IOException {
        FinetuneException unfinished = assertThrows(FinetuneException.class, () -> RecordedRun.read(directory));
        assertEquals(ExitCode.DATA, unfinished.exitCode());
        assertTrue(unfinished.getMessage().startsWith("'" + directory + "' has no finished run"));
        RecordedRun run = run("a", "{}", null);
        Files.writeString(run.directory().resolve("predictions.csv"), HEADER + "1.jpg,aa\n");
        FinetuneException damaged = assertThrows(FinetuneException.class, () -> RecordedRun.read(run.directory()));
        assertTrue(damaged.getMessage().contains("predictions.csv': a line has 2 values, not 6"), damaged.getMessage());
        Files.writeString(run.directory().resolve("predictions.csv"), HEADER + "1.jpg,aa,class,class,0.9,0.1\n");
        Files.writeString(run.directory().resolve("metrics.json"), "{\"images\": 2}");
        damaged = assertThrows(FinetuneException.class, () -> RecordedRun.read(run.directory()));
        assertTrue(
                damaged.getMessage().contains("it has 1 photos, but the run was validated on 2"), damaged.getMessage());
        Path history = run.directory().resolve("history.csv");
        Files.writeString(history, Files.readString(history).replace("1.25", "?"));
        damaged = assertThrows(FinetuneException.class, () -> RecordedRun.read(run.directory()));
        assertEquals(ExitCode.DATA, damaged.exitCode());
        assertTrue(
                damaged.getMessage()
                        .contains("history.csv': '?' in the column val_loss is not a number; train the run again"),
                damaged.getMessage());
    }
}
