package org.finetune.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A master and workers of Spark in processes of their own, on the loopback interface. */
final class StandaloneCluster implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("spark://127\\.0\\.0\\.1:\\d+");
    private static final long LIMIT_MILLIS = 300_000;

    private final Path directory;
    private final List<Process> workers = new ArrayList<>();
    private final Process master;
    private final String address;

    private StandaloneCluster(Path directory) throws Exception {
        this.directory = directory;
        this.master = start("master", "org.apache.spark.deploy.master.Master", List.of());
        this.address = await(() -> {
            Matcher matcher = ADDRESS.matcher(Files.readString(log("master")));
            return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
        });
    }

    /**
     * Starts a cluster.
     *
     * @param workers number of workers, of one core each
     * @param directory where logs and the workers' files go
     */
    static StandaloneCluster start(int workers, Path directory) throws Exception {
        StandaloneCluster cluster = new StandaloneCluster(Files.createDirectories(directory));
        for (int i = 0; i < workers; i++) {
            Path work = directory.resolve("worker-" + i + "-files");
            cluster.workers.add(cluster.start(
                    "worker-" + i,
                    "org.apache.spark.deploy.worker.Worker",
                    List.of("-c", "1", "-m", "3g", "-d", work.toString(), cluster.address)));
        }
        await(() -> Files.readString(cluster.log("master")).split("Registering worker", -1).length > workers
                ? Optional.of(true)
                : Optional.empty());
        return cluster;
    }

    private Process start(String name, String type, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Commands.sparkHome().resolve("bin/spark-class").toString(), type));
        command.addAll(List.of("--host", "127.0.0.1", "--port", "0", "--webui-port", "0"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(log(name).toFile());
        builder.environment().putAll(Commands.environment());
        builder.environment().put("SPARK_DAEMON_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        return builder.start();
    }

    private Path log(String name) {
        return directory.resolve(name + ".log");
    }

    /** Waits until something is there. */
    static <T> T await(Callable<Optional<T>> sought) throws Exception {
        long end = System.currentTimeMillis() + LIMIT_MILLIS;
        while (true) {
            Optional<T> found = sought.call();
            if (found.isPresent()) {
                return found.get();
            }
            if (System.currentTimeMillis() > end) {
                throw new IllegalStateException("It has not come within " + LIMIT_MILLIS / 1000 + " s");
            }
            Thread.sleep(50);
        }
    }

    /** The URL of the master. */
    String address() {
        return address;
    }

    /** The executors that run, of all applications. */
    Stream<ProcessHandle> executors() {
        return workers.stream()
                .flatMap(worker -> worker.toHandle().descendants())
                .filter(process -> hasArgument(process, "org.apache.spark.executor.CoarseGrainedExecutorBackend"));
    }

    /** The processes that decode photos for the executors. */
    Stream<ProcessHandle> decoders() {
        return executors()
                .flatMap(ProcessHandle::descendants)
                .filter(process -> hasArgument(process, "org.finetune.data.decode.process.DecoderMain"));
    }

    /** Those that have a photo of at least so many bytes: it is in memory that they share with the executor. */
    Stream<ProcessHandle> decodersOf(long bytes) {
        return decoders().filter(process -> sharesMemory(process, bytes));
    }

    private static boolean sharesMemory(ProcessHandle decoder, long bytes) {
        try (Stream<String> mappings = Files.lines(Path.of("/proc", Long.toString(decoder.pid()), "maps"))) {
            return mappings.filter(mapping -> mapping.contains(".pixels")).anyMatch(mapping -> {
                String[] range = mapping.substring(0, mapping.indexOf(' ')).split("-");
                return Long.parseUnsignedLong(range[1], 16) - Long.parseUnsignedLong(range[0], 16) >= bytes;
            });
        } catch (IOException | UncheckedIOException e) {
            // It has ended.
            return false;
        }
    }

    /** Whether a Java process has an argument. Java does not tell the arguments of long command lines. */
    private static boolean hasArgument(ProcessHandle process, String argument) {
        try {
            Path proc = Path.of("/proc", Long.toString(process.pid()));
            List<String> words =
                    List.of(Files.readString(proc.resolve("cmdline")).split("\0"));
            return words.get(0).endsWith("java") && words.contains(argument);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws InterruptedException {
        for (Process process :
                Stream.concat(workers.stream(), Stream.of(master)).toList()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }
}
