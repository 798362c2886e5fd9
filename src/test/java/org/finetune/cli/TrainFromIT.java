package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.finetune.cli.CliProcess.Result;
import org.finetune.hash.Sha256;
import org.finetune.model.Architecture;
import org.finetune.model.ModelFile;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;
import org.finetune.testing.Directories;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code finetune train --from}: runs that begin with the network of another. */
class TrainFromIT {
    private static final int IMAGES_PER_CLASS = 12;

    @TempDir
    private static Path shared;

    private static SmallRun small;
    private static Path parent;
    private static String digest;

    @TempDir
    private Path directory;

    @BeforeAll
    static void train() throws Exception {
        small = SmallRun.create(shared, IMAGES_PER_CLASS);
        parent = shared.resolve("parent");
        Result result = small.call(parent, "--epochs", "2", "--val-split", "0.3");
        assertEquals(0, result.exitCode(), result.err());
        digest = Sha256.of(Files.readAllBytes(parent.resolve("model.zip")));
    }

    private CliProcess from(Path run, Path child, String... options) {
        List<String> arguments = new ArrayList<>(List.of("train", "--from", run.toString(), "--out", child.toString()));
        arguments.addAll(List.of("--unfreeze", "40", "--lr", "1e-4", "--batch-size", "8"));
        arguments.addAll(List.of(options));
        if (!arguments.contains("--report")) {
            arguments.add("--no-report");
        }
        return CliProcess.finetune(arguments.toArray(String[]::new));
    }

    private static void assertSucceeds(Result result) {
        assertEquals(0, result.exitCode(), result.err());
    }

    private static JsonNode metrics(Path run) throws IOException {
        return new ObjectMapper().readTree(run.resolve("metrics.json").toFile());
    }

    /** Of the same classes: the photos and their division are the parent's, and phase 1 is the parent's model itself. */
    @Test
    void trainingGoesOnWhereTheParentEnded() throws Exception {
        Path child = directory.resolve("child");
        Result result = from(Path.of("parent"), child, "--epochs", "1", "--report")
                .in(shared)
                .run();
        assertSucceeds(result);
        assertTrue(result.err().contains("the network of the run 'parent' ("), result.err());
        assertTrue(result.err().contains("SHA-256 " + digest), result.err());
        assertTrue(result.err().contains("Classes: the same as the parent's"), result.err());
        assertTrue(result.err().contains("head: kept from the parent, which knows all classes"), result.err());
        assertFalse(Files.exists(child.resolve("parent.zip")), "It was there until the run was finished");
        assertEquals(
                metrics(parent).get("top1").doubleValue(),
                metrics(child).get("head_top1").doubleValue());
        assertEquals(
                metrics(parent).get("loss").doubleValue(),
                metrics(child).get("head_loss").doubleValue(),
                1e-4);

        String config = Files.readString(child.resolve("config.yaml"));
        for (String line : List.of(
                "from: \"" + parent + "\"",
                "alpha: 0.35",
                "size: 96",
                "val-split: 0.3",
                "  parent: \"parent\"",
                "  parent-sha256: \"" + digest + "\"",
                "  parent-photos-in-validation: \"0\"")) {
            assertTrue(config.lines().anyMatch(line::equals), line + " is not in " + config);
        }
        assertTrue(Files.readString(child.resolve("report.html")).contains(digest));
        Result info = CliProcess.finetune("info", child.toString()).call();
        assertTrue(info.out().contains("Parent: parent, SHA-256 " + digest), info.out());
        Result compared = CliProcess.finetune("compare", parent.toString(), child.toString())
                .call();
        assertSucceeds(compared);
        assertTrue(compared.out().contains("McNemar"), compared.out());

        Path again = directory.resolve("again");
        assertSucceeds(CliProcess.finetune(
                        "train", "--config", child.resolve("config.yaml").toString(), "--out", again.toString())
                .call());
        SmallRun.assertSameResults(child, again);
    }

    @Test
    void knownClassesKeepTheirPartOfTheHead() throws Exception {
        Path photos = PhotoFolder.create(directory.resolve("photos"), IMAGES_PER_CLASS, 1);
        Directories.delete(photos.resolve("discs"));
        Path rings = Files.createDirectory(photos.resolve("rings"));
        for (int i = 0; i < IMAGES_PER_CLASS; i++) {
            PhotoFolder.write(rings.resolve(i + ".png"), "discs", new Random(5000 + i));
        }
        Path child = directory.resolve("child");
        Result result = from(parent, child, "--data", photos.toString(), "--epochs", "0")
                .call();
        assertSucceeds(result);
        assertTrue(result.err().contains("Classes: 2 known to the parent; new: rings; dropped: discs"), result.err());
        assertTrue(result.err().contains("head: new classes solved in "), result.err());
        SavedModel before = ModelFile.read(parent.resolve("model.zip"));
        SavedModel after = ModelFile.read(child.resolve("model.zip"));
        assertEquals(List.of("checks", "rings", "stripes"), after.classes());
        for (String known : List.of("checks", "stripes")) {
            assertArrayEquals(parameters(before, known), parameters(after, known), known);
        }
        Tensor kernel = before.weights().get("Conv_1", "kernel");
        assertEquals(kernel, after.weights().get("Conv_1", "kernel"), "The network is the parent's");

        Path solved = directory.resolve("solved");
        assertSucceeds(from(parent, solved, "--data", photos.toString(), "--epochs", "0", "--head-solver", "lbfgs")
                .call());
        float[] anew = parameters(ModelFile.read(solved.resolve("model.zip")), "checks");
        assertFalse(Arrays.equals(parameters(before, "checks"), anew), "It was asked to be solved anew");
    }

    /** The parameters of the head for a class. */
    private static float[] parameters(SavedModel model, String name) {
        float[] kernel = model.weights().get(Architecture.PREDICTIONS, "kernel").values();
        float[] bias = model.weights().get(Architecture.PREDICTIONS, "bias").values();
        int label = model.classes().indexOf(name);
        float[] parameters = new float[kernel.length / bias.length + 1];
        for (int f = 0; f < parameters.length - 1; f++) {
            parameters[f] = kernel[f * bias.length + label];
        }
        parameters[parameters.length - 1] = bias[label];
        return parameters;
    }

    @Test
    @Tag("slow")
    void stoppedRunGoesOnWithoutItsParent() throws Exception {
        String[] options = {"--epochs", "4"};
        Path whole = directory.resolve("whole");
        assertSucceeds(from(parent, whole, options).call());
        Path gone = directory.resolve("gone");
        Links.copy(parent, gone);
        Path child = directory.resolve("child");
        Process process = from(gone, child, options).start();
        SmallRun.await(process, () -> Files.exists(child.resolve("history.csv")));
        process.destroyForcibly().waitFor();
        assertTrue(Files.exists(child.resolve("parent.zip")), "It was over before it could be killed");
        Directories.delete(gone);
        Path without = directory.resolve("without");
        Links.copy(child, without);

        assertSucceeds(SmallRun.resume(child).call());
        SmallRun.assertSameResults(whole, child, "predictions.csv", "labels.txt");

        Files.delete(without.resolve("parent.zip"));
        SmallRun.resume(without).call().assertRefused(4, gone + "/model.zip", "is gone", "start a new run");
        Files.copy(whole.resolve("model.zip"), without.resolve("parent.zip"));
        SmallRun.resume(without).call().assertRefused(4, "no longer the model that the run started from", digest);
    }

    @Test
    void whatContradictsTheParentIsRefused() throws Exception {
        Path child = directory.resolve("child");
        from(parent, child, "--alpha", "0.5").call().assertRefused(2, "alpha 0.5 contradicts --from", "alpha 0.35");
        from(parent, child, "--size", "128").call().assertRefused(2, "size 128 contradicts --from", "size 96");
        from(parent, child, "--resize", "pad").call().assertRefused(2, "resize pad contradicts", "resize stretch");
        from(parent, child, "--weights", "bundled").call().assertRefused(2, "--weights and --from");
        from(parent, child, "--folds", "3").call().assertRefused(2, "--folds cannot be combined with --from");
        from(parent, child, "--epochs", "0").call().assertRefused(2, "Nothing to train", "--head-solver lbfgs");
        from(directory.resolve("none"), child).call().assertRefused(4, "none", "no such file");
        Path model = Files.copy(parent.resolve("model.zip"), directory.resolve("model.zip"));
        from(model, child).call().assertRefused(2, "give the photos with --data");
        assertFalse(Files.exists(child));
        sweep(directory.resolve("sweep"), "--try", "alpha=0.35,0.5")
                .assertRefused(2, "--try alpha cannot be combined with --from");
    }

    private static Result sweep(Path sweep, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("sweep", "--from", parent.toString()));
        arguments.addAll(List.of("--out", sweep.toString(), "--lr", "1e-4", "--batch-size", "8", "--no-report"));
        arguments.addAll(List.of(options));
        return CliProcess.finetune(arguments.toArray(String[]::new)).call();
    }

    /** A trial without phase 2 is the parent itself. */
    @Test
    @Tag("slow")
    void trialsOfASweepBeginWithTheParent() throws Exception {
        Path sweep = directory.resolve("sweep");
        assertSucceeds(sweep(sweep, "--try", "unfreeze=0,40", "--epochs", "1"));
        JsonNode trials = new ObjectMapper()
                .readTree(sweep.resolve("results.json").toFile())
                .get("trials");
        assertEquals(2, trials.size());
        for (JsonNode trial : trials) {
            assertEquals(
                    metrics(parent).get("top1").doubleValue(),
                    trial.get("figures").get("headTop1").doubleValue());
        }
        Result again =
                CliProcess.finetune("sweep", "--continue", sweep.toString()).call();
        assertSucceeds(again);
    }

    @Test
    @Tag("slow")
    void validationPhotosThatTheParentHasLearnedAreNamed() throws Exception {
        Path child = directory.resolve("child");
        Result result =
                from(parent, child, "--val-split", "0.6", "--epochs", "1").call();
        assertSucceeds(result);
        assertTrue(result.err().matches("(?s).*was trained on \\d+ of the validation photos.*"), result.err());
        assertTrue(result.out().matches("(?s).*Weights +The parent was trained on \\d+ of.*"), result.out());
    }
}
