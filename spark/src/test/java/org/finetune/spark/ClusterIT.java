package org.finetune.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.finetune.spark.Commands.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code finetune-spark} on a real cluster: two workers in processes of their own. */
class ClusterIT {
    /** Photos, in four chunks of two blocks each: a block is a batch of the network, 60 photos. */
    private static final int PHOTOS = 420;

    private static final int CHUNKS = 4;
    private static final int BROKEN = 7;

    private static final String JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

    @TempDir
    private static Path directory;

    private static StandaloneCluster cluster;
    private static Path photos;
    private static Path broken;
    private static Path training;
    private static Path run;

    @BeforeAll
    static void trainAndStart() throws Exception {
        photos = PhotoFolder.create(directory.resolve("photos"), PHOTOS);
        training = PhotoFolder.create(directory.resolve("training"), 60);
        run = directory.resolve("run");
        train(run);
        broken = photo(BROKEN);
        Files.delete(broken);
        Files.writeString(broken, "no image");
        Files.createDirectories(Commands.sparkHome().resolve("bin"));
        for (String script : List.of("spark-class", "spark-submit")) {
            Path copy = Commands.sparkHome().resolve("bin").resolve(script);
            Files.writeString(copy, Files.readString(Path.of("src/test/resources/spark-home/bin", script)));
            assertTrue(copy.toFile().setExecutable(true));
        }
        cluster = StandaloneCluster.start(2, directory.resolve("cluster"));
    }

    private static Result train(Path out, String... options) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("train", "--data", training.toString(), "--out", out.toString()));
        arguments.addAll(
                List.of("--weights", "bundled", "--size", "96", "--epochs", "1", "--threads", "2", "--no-report"));
        arguments.addAll(List.of(options));
        Result trained = Commands.finetune(arguments.toArray(String[]::new));
        assertEquals(0, trained.exitCode(), trained.err());
        return trained;
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static Path photo(int number) throws IOException {
        try (Stream<Path> files = Files.walk(photos)) {
            return files.filter(Files::isRegularFile)
                    .sorted()
                    .skip(number)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** A job on the cluster, whose processes do not live long enough for Java's optimizing compiler. */
    private static ProcessBuilder job(String... arguments) {
        // The queue is YARN's, and only its name matters: it is no command.
        List<String> all = new ArrayList<>(
                List.of("--master", cluster.address(), "--queue", "predict", "--driver-java-options", JAVA_OPTIONS));
        for (String setting : List.of("spark.ui.enabled=false", "spark.executor.extraJavaOptions=" + JAVA_OPTIONS)) {
            all.addAll(List.of("--conf", setting));
        }
        all.addAll(List.of(arguments));
        return Commands.finetuneSpark(all);
    }

    private static ProcessBuilder predict(Path out, String format) {
        return predict(photos, out, format);
    }

    private static ProcessBuilder predict(Path list, Path out, String format) {
        String options = "--format " + format + " --top 2 --block 36 --chunk 2";
        String[] arguments = ("predict " + run + " --photos " + list + " --out " + out + " " + options).split(" ");
        return job(arguments);
    }

    private static String expected(Path folder, String format) throws Exception {
        Result alone = Commands.finetune(
                "predict", run.toString(), folder.toString(), "--format", format, "--top", "2", "--threads", "1");
        assertEquals(0, alone.exitCode(), alone.err());
        return alone.out();
    }

    private static List<Path> chunks(Path out) throws IOException {
        if (!Files.isDirectory(out)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(out)) {
            return files.filter(file -> file.getFileName().toString().startsWith("chunk="))
                    .sorted()
                    .toList();
        }
    }

    /** The lines of all chunks, in order. */
    private static List<String> lines(Path out, String ending) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path chunk : chunks(out)) {
            try (Stream<Path> files = Files.list(chunk)) {
                for (Path part : files.filter(file -> file.toString().endsWith(ending)
                                && file.getFileName().toString().startsWith("part-"))
                        .sorted()
                        .toList()) {
                    lines.addAll(Files.readAllLines(part));
                }
            }
        }
        return lines;
    }

    private static void awaitChunk(Path out, Process process) throws Exception {
        StandaloneCluster.await(() -> {
            assertTrue(process.isAlive(), "It has ended already");
            return chunks(out).isEmpty() ? Optional.empty() : Optional.of(true);
        });
    }

    /** A manifest of all photos, with another one in the end. */
    private static Path listWith(Path last) throws IOException {
        try (Stream<Path> files = Files.walk(photos)) {
            List<String> paths = files.filter(Files::isRegularFile)
                    .sorted()
                    .map(Path::toString)
                    .toList();
            return Files.write(
                    directory.resolve("list.csv"),
                    Stream.of(Stream.of("file_name"), paths.stream(), Stream.of(last.toString()))
                            .flatMap(lines -> lines)
                            .toList());
        }
    }

    private static void crash(ProcessHandle decoder) throws Exception {
        new ProcessBuilder("kill", "-SEGV", "--", Long.toString(decoder.pid()))
                .start()
                .waitFor();
        decoder.onExit().join();
    }

    /**
     * An executor is killed, and a decoder crashes: neither costs a photo. The last photo, with which decoders crash whenever they
     * have it, costs only itself.
     */
    @Test
    void killedExecutorAndCrashingDecodersChangeNothingElse() throws Exception {
        Path crashing = PhotoFolder.writeLarge(directory.resolve("crashing.jpg"));
        Path out = directory.resolve("csv");
        Path log = directory.resolve("csv.log");
        Process process = predict(listWith(crashing), out, "csv")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        awaitChunk(out, process);
        crash(cluster.decoders().findFirst().orElseThrow());
        ProcessHandle executor = cluster.executors().findFirst().orElseThrow();
        executor.destroyForcibly();
        executor.onExit().join();
        for (int time = 0; time < 2; time++) {
            crash(StandaloneCluster.await(() -> {
                assertTrue(process.isAlive(), "It has ended already");
                return cluster.decodersOf(Files.size(crashing)).findFirst();
            }));
        }
        assertEquals(0, process.waitFor(), Files.readString(log));
        String header = lines(out, ".csv").get(0);
        assertEquals("path,class_1,probability_1,class_2,probability_2,error", header);
        List<String> rows =
                lines(out, ".csv").stream().filter(line -> !line.equals(header)).toList();
        assertEquals(PHOTOS + 1, rows.size());
        assertEquals(broken + ",,,,,not an image of a known format", rows.get(BROKEN));
        assertEquals(crashing + ",,,,,its decoder crashed", rows.get(PHOTOS));
        String good = Stream.concat(Stream.of(header), rows.subList(0, PHOTOS).stream())
                .filter(line -> !line.startsWith(broken.toString()))
                .map(line -> line.substring(0, line.lastIndexOf(',')) + "\n")
                .collect(Collectors.joining());
        assertEquals(expected(photos, "csv"), good);
    }

    @Test
    @Tag("slow")
    void killedDriverLeavesNoHalfChunkAndIsGoneOnWith() throws Exception {
        Path out = directory.resolve("jsonl");
        Process process = predict(out, "jsonl")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        awaitChunk(out, process);
        process.destroyForcibly().waitFor();
        List<Path> finished = chunks(out);
        assertTrue(finished.size() < CHUNKS, "It was over before");
        for (Path chunk : finished) {
            assertTrue(Files.exists(chunk.resolve("_SUCCESS")), chunk.toString());
        }
        assertFalse(Files.exists(out.resolve("_SUCCESS")));

        Result other = Commands.run(predict(out, "csv"));
        assertEquals(2, other.exitCode(), other.err());
        assertTrue(other.err().contains("has results of another job (different: --format)"), other.err());

        Result again = Commands.run(predict(out, "jsonl"));
        assertEquals(0, again.exitCode(), again.err());
        assertTrue(again.err().contains("finetune-spark: chunk 0 is there already"), again.err());
        assertTrue(Files.exists(out.resolve("_SUCCESS")));
        String good = lines(out, ".json").stream()
                .filter(line -> !line.contains("\"error\""))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
        assertEquals(expected(photos, "jsonl"), good);
    }

    /** As root only, who may mount a small disk. */
    @Test
    @Tag("slow")
    void fullDiskIsASentenceAndTheJobIsGoneOnWith() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(mount("-t", "tmpfs", "-o", "size=96k", "tmpfs", disk.toString()));
        try {
            Path out = disk.resolve("out");
            Result full = Commands.run(predict(out, "csv"));
            assertEquals(3, full.exitCode(), full.err());
            String reason = "finetune-spark: Cannot write to 'file:" + out + "' (No space left on device); check";
            assertTrue(full.err().contains(reason), full.err());
            assertFalse(full.err().contains("Exception in thread"), full.err());
            assertTrue(mount("-o", "remount,size=10m", disk.toString()));
            Result again = Commands.run(predict(out, "csv"));
            assertEquals(0, again.exitCode(), again.err());
            assertTrue(again.err().contains("finetune-spark: chunk 0 is there already"), again.err());
        } finally {
            new ProcessBuilder("umount", "--lazy", disk.toString()).start().waitFor();
        }
    }

    private static boolean mount(String... arguments) throws Exception {
        return new ProcessBuilder(Stream.concat(Stream.of("mount"), Stream.of(arguments))
                                .toList())
                        .start()
                        .waitFor()
                == 0;
    }

    @Test
    void featuresAreThoseThatTrainComputes() throws Exception {
        Path weights;
        try (Stream<Path> files = Files.list(Commands.CHECKOUT.resolve("models"))) {
            weights = files.filter(file -> file.toString().endsWith(".h5"))
                    .findFirst()
                    .orElseThrow();
        }
        Path cache = directory.resolve("cache");
        String options = "--size 96 --train-threads 2 --block 1";
        String[] arguments = ("features --weights " + weights + " --photos " + training + " --out " + cache + " "
                        + options)
                .split(" ");
        Result filled = Commands.run(job(arguments));
        assertEquals(0, filled.exitCode(), filled.err());
        Result trained = train(directory.resolve("cached"), "--cache", cache.toString());
        for (String set : List.of("training", "validation")) {
            Pattern all = Pattern.compile("Features of (\\d+) of \\1 " + set + " photos are cached already");
            assertTrue(all.matcher(trained.err()).find(), trained.err());
        }
        assertArrayEquals(
                Files.readAllBytes(run.resolve("model.zip")),
                Files.readAllBytes(directory.resolve("cached/model.zip")));
    }

    @Test
    void parquetIsReadByOtherSoftware() throws Exception {
        Path out = directory.resolve("parquet");
        String[] arguments =
                ("predict " + run + " --photos " + training + " --out " + out + " --top 2 --block 1").split(" ");
        Result predicted = Commands.run(job(arguments));
        assertEquals(0, predicted.exitCode(), predicted.err());
        String query =
                "SELECT path, classes[1].class, classes[1].probability, classes[2].class, classes[2].probability, "
                        + "error, chunk FROM read_parquet('" + out
                        + "/*/*.parquet', hive_partitioning = true, filename = true, "
                        + "file_row_number = true) ORDER BY chunk, filename, file_row_number";
        StringBuilder rows = new StringBuilder("path,class_1,probability_1,class_2,probability_2\n");
        try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckDb.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            while (result.next()) {
                rows.append(String.join(
                                ",",
                                result.getString(1),
                                result.getString(2),
                                Float.toString(result.getFloat(3)),
                                result.getString(4),
                                Float.toString(result.getFloat(5))))
                        .append('\n');
                assertNull(result.getString(6));
                assertEquals(0, result.getInt(7));
            }
        }
        assertEquals(expected(training, "csv"), rows.toString());
    }

    @Test
    void wrongArgumentsAreASentence() throws Exception {
        String[] arguments = ("predict " + directory.resolve("none") + " --photos " + photos + " --out "
                        + directory.resolve("unused"))
                .split(" ");
        Result result = Commands.run(job(arguments));
        assertEquals(4, result.exitCode(), result.err());
        assertTrue(
                result.err().contains("finetune-spark: There is no model in '" + directory.resolve("none") + "'"),
                result.err());
    }
}
