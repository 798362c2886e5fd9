package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code finetune find-lr}; some seconds on two cores. */
class FindLrIT {
    private static final int IMAGES_PER_CLASS = 12;

    @TempDir
    private static Path directory;

    private static Path photos;

    @BeforeAll
    static void create() throws Exception {
        photos = PhotoFolder.create(directory.resolve("photos"), IMAGES_PER_CLASS, 1);
    }

    private static Result findLr(String... options) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("find-lr", "--data", photos.toString(), "--weights", "bundled"));
        arguments.addAll(TrainedRun.SHORT);
        arguments.addAll(List.of(options));
        return CliProcess.finetune(arguments.toArray(String[]::new)).call();
    }

    @Test
    void bothPhasesHaveASuggestion() throws Exception {
        Path out = directory.resolve("lr");
        Result result = findLr("--out", out.toString(), "--steps", "60", "--head-lr", "0.5");
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.out().contains("Suggested  --head-lr "), result.out());
        assertTrue(result.out().contains("Suggested  --lr "), result.out());
        assertTrue(result.out().contains("***"), "no plot: " + result.out());
        String repeated = "Next: finetune train --data " + photos + " --size 96 --weights bundled";
        assertTrue(result.err().matches("(?s).*\\Q" + repeated + "\\E.* --head-lr \\S+ --lr \\S+\n"), result.err());
        assertFalse(result.err().contains("--head-lr 0.5"), result.err());
        for (String fact : List.of("Data: 3 classes (", "Network: ", "Weights: ", "Backend: ")) {
            assertTrue(result.err().contains(fact), result.err());
        }
        List<String> csv = Files.readAllLines(out.resolve("lr.csv"));
        assertEquals("phase,step,learning_rate,loss,smoothed_loss", csv.get(0));
        assertTrue(csv.get(1).startsWith("head,1,1.0E-6,"), csv.get(1));
        assertTrue(csv.stream().anyMatch(row -> row.startsWith("fine-tune,1,1.0E-7,")), csv.toString());
    }

    @Test
    void solvedHeadsHaveNoRateToSuggest() throws Exception {
        Result result = CliProcess.finetune(
                        "find-lr",
                        "--data",
                        photos.toString(),
                        "--weights",
                        "bundled",
                        "--size",
                        "96",
                        "--batch-size",
                        "8",
                        "--steps",
                        "20")
                .run();
        assertEquals(0, result.exitCode(), result.err());
        assertFalse(result.out().contains("--head-lr"), result.out());
        assertTrue(
                result.err()
                        .contains("Next: finetune train --data " + photos
                                + " --size 96 --weights bundled --batch-size 8 --lr "),
                result.err());
    }

    @Test
    void jsonHasEachStep() throws Exception {
        Result result = findLr("--phase", "head", "--format", "json");
        assertEquals(0, result.exitCode(), result.err());
        JsonNode head = new ObjectMapper().readTree(result.out()).get("head");
        double suggested = head.get("suggested").doubleValue();
        assertTrue(suggested > 1e-5 && suggested < 0.5, head.get("suggested").toString());
        assertTrue(head.get("clear").booleanValue());
        JsonNode steps = head.get("steps");
        assertEquals(1e-6, steps.get(0).get("learningRate").doubleValue(), 1e-12);
        assertTrue(steps.size() > 50 && steps.size() <= 100, steps.size() + " steps");
    }

    @Test
    void withoutFineTuningThereIsNothingToTest() throws Exception {
        Result result = findLr("--phase", "fine-tune", "--unfreeze", "0");
        assertEquals(2, result.exitCode(), result.err());
        assertTrue(result.err().contains("no fine-tuning phase to test"), result.err());
        Result wrong = findLr("--phase", "both");
        assertEquals(2, wrong.exitCode(), wrong.err());
        assertTrue(wrong.err().contains("must be head or fine-tune"), wrong.err());
    }
}
