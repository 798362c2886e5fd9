package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.finetune.run.files.ImageList;
import org.finetune.testing.Archives;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Photos that are not in a directory of classes. They are those of the shared run, so that all that is made of them is the same. */
class SourcesIT {
    private static TrainedRun run;

    @TempDir
    private Path directory;

    @BeforeAll
    static void train() throws Exception {
        run = TrainedRun.shared();
    }

    /** The paths of the photos, such as {@code discs/photo0.png}, sorted. */
    private static List<String> names() throws IOException {
        try (Stream<Path> files = Files.walk(run.photos())) {
            return files.filter(Files::isRegularFile)
                    .map(file -> run.photos().relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private void assertSameModel(Path trained) throws IOException {
        assertArrayEquals(
                Files.readAllBytes(run.directory().resolve("model.zip")),
                Files.readAllBytes(trained.resolve("model.zip")));
    }

    private static List<String> imagesOf(Path run) {
        return ImageList.read(run.resolve("images.jsonl")).images().stream()
                .map(image -> image.set() + " " + image.label() + " " + image.path() + " " + image.sha256())
                .toList();
    }

    /**
     * Trains with the test's cache, and makes the model of the shared run.
     *
     * @param cached whether the outputs of the frozen layers are in the cache
     */
    private Path trainWithCache(Path data, String name, boolean cached) throws Exception {
        Path trained = directory.resolve(name);
        Result result = TrainedRun.train(
                        data,
                        "--out",
                        trained.toString(),
                        "--cache",
                        directory.resolve("cache").toString())
                .call();
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(
                cached,
                result.err().contains("Using cached features of the training and validation photos"),
                result.err());
        assertSameModel(trained);
        return trained;
    }

    /** A shard with the photos of the shared run and their classes. */
    private Path shard() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String name : names()) {
            Path photo = Path.of(name);
            String key = photo.getParent() + "-" + photo.getFileName();
            files.put(key, Files.readAllBytes(run.photos().resolve(name)));
            files.put(key.replace(".png", ".cls"), photo.getParent().toString().getBytes(StandardCharsets.UTF_8));
        }
        return Archives.write(directory.resolve("shard-0.tar"), files);
    }

    @Test
    void manifestIsTrainedEvaluatedAndPredicted() throws Exception {
        Path manifest = run.photos().resolve("labels.csv");
        List<String> shuffled = new ArrayList<>(names());
        Collections.shuffle(shuffled, new Random(1));
        List<String> rows = new ArrayList<>(List.of("file_name,label"));
        shuffled.forEach(name -> rows.add(name + "," + Path.of(name).getParent()));
        Files.write(manifest, rows);
        try {
            Path trained = trainWithCache(manifest, "run", false);
            assertEquals(imagesOf(run.directory()), imagesOf(trained));
            Result evaluation = CliProcess.finetune(
                            "evaluate", trained.toString(), "--data", manifest.toString(), "--format", "json")
                    .call();
            assertEquals(0, evaluation.exitCode(), evaluation.err());
            assertTrue(evaluation.err().contains("Evaluating on the photos in '" + manifest + "'"), evaluation.err());
            JsonNode metrics = new ObjectMapper().readTree(evaluation.out());
            assertEquals(shuffled.size(), metrics.get("images").intValue());
            Result predictions = CliProcess.finetune(
                            "predict", trained.toString(), "--manifest", manifest.toString(), "--format", "csv")
                    .call();
            assertEquals(0, predictions.exitCode(), predictions.err());
            assertEquals(
                    shuffled,
                    predictions
                            .out()
                            .lines()
                            .skip(1)
                            .map(line -> run.photos()
                                    .relativize(Path.of(line.substring(0, line.indexOf(','))))
                                    .toString())
                            .toList());
        } finally {
            Files.delete(manifest);
        }
    }

    @Test
    void runOnAnArchiveIsResumedAndCompared() throws Exception {
        Path archive = Archives.write(directory.resolve("photos.tar.gz"), Archives.filesOf(run.photos(), "all/"));
        Path trained = directory.resolve("run");
        Process process = TrainedRun.train(archive, "--out", trained.toString()).start();
        SmallRun.await(process, () -> !SmallRun.checkpoints(trained).isEmpty());
        assertTrue(process.isAlive(), "It was over before it could be killed");
        process.destroyForcibly().waitFor();
        Path moved = Files.move(archive, directory.resolve("moved.tgz"));
        CliProcess.finetune("resume", trained.toString())
                .call()
                .assertRefused(3, "The photos of the run are no longer in '" + archive + "'");
        Result resumed = CliProcess.finetune("resume", trained.toString(), "--data", moved.toString())
                .call();
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertSameModel(trained);
        assertEquals(
                imagesOf(run.directory()),
                imagesOf(trained).stream()
                        .map(image -> image.replace(" all/", " "))
                        .toList());
        Result comparison = CliProcess.finetune("compare", run.directory().toString(), trained.toString())
                .call();
        assertEquals(0, comparison.exitCode(), comparison.err());
        assertTrue(comparison.out().contains("0 are right only in A, 0 only in B"), comparison.out());
    }

    /** Their photos are the same whatever they are in, so what one has computed serves the others. */
    @Test
    @Tag("slow")
    void archivesAndShardsUseTheCacheOfOthers() throws Exception {
        Path zip = Archives.write(directory.resolve("photos.zip"), Archives.filesOf(run.photos(), ""));
        Path first = trainWithCache(zip, "first", false);
        Path again = trainWithCache(zip, "again", true);
        SmallRun.assertSameResults(first, again, "images.jsonl", "predictions.csv");
        Path sharded = trainWithCache(shard(), "sharded", true);
        assertEquals(
                imagesOf(run.directory()),
                imagesOf(sharded).stream()
                        .map(image -> image.replaceFirst(" ([a-z]+)-photo", " $1/photo"))
                        .toList());
        Result comparison = CliProcess.finetune("compare", first.toString(), sharded.toString())
                .call();
        assertEquals(0, comparison.exitCode(), comparison.err());
    }

    @Test
    void archivesAndShardsArePredicted() throws Exception {
        Path zip = Archives.write(directory.resolve("photos.zip"), Archives.filesOf(run.photos(), "all/"));
        Result result = CliProcess.finetune(
                        "predict",
                        run.directory().toString(),
                        run.photos().toString(),
                        zip.toString(),
                        shard().toString(),
                        "--format",
                        "csv")
                .call();
        assertEquals(0, result.exitCode(), result.err());
        List<String> lines = result.out().lines().skip(1).toList();
        int count = names().size();
        assertEquals(3 * count, lines.size());
        for (int i = 0; i < count; i++) {
            String photo = lines.get(i).substring(run.photos().toString().length() + 1);
            assertEquals(zip + "/all/" + photo, lines.get(count + i));
            assertEquals(
                    directory.resolve("shard-0.tar") + "/" + photo.replaceFirst("/", "-"), lines.get(2 * count + i));
        }
    }

    @Test
    void shardsAreEvaluated() throws Exception {
        shard();
        Result result = CliProcess.finetune(
                        "evaluate",
                        run.directory().toString(),
                        "--data",
                        directory.resolve("shard-{0..0}.tar").toString(),
                        "--format",
                        "json")
                .call();
        assertEquals(0, result.exitCode(), result.err());
        JsonNode metrics = new ObjectMapper().readTree(result.out());
        assertEquals(names().size(), metrics.get("images").intValue());
        assertTrue(metrics.get("top1").doubleValue() > 0.9, result.out());
    }

    @Test
    void wrongManifestIsRefusedWithItsLine() throws Exception {
        Path manifest = Files.writeString(
                directory.resolve("labels.csv"), "file_name,label\n" + run.photos() + "/discs/photo0.png,\n");
        CliProcess.finetune("check", manifest.toString())
                .call()
                .assertRefused(3, "'" + manifest + "', line 2: the photo has no class");
    }
}
