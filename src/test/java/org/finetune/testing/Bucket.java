package org.finetune.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A bucket of S3Mock, a server of S3's protocol on this machine, and rclone, which mounts it. The jars of S3Mock lie in the directory
 * that the environment's {@code FINETUNE_S3MOCK} names.
 */
public final class Bucket implements AutoCloseable {
    /** What rclone identifies itself with. */
    public static final String KEY_ID = "id-of-the-test-bucket";

    public static final String SECRET = "secret-of-the-test-bucket";

    private static final String JARS = "FINETUNE_S3MOCK";
    private static final String MAIN = "com.adobe.testing.s3mock.S3MockApplication";
    private static final String NAME = "remote:photos";
    private static final int MOST_SECONDS = 120;

    private final Path directory;
    private final int port;
    private final Process server;

    private Bucket(Path directory, int port, Process server) {
        this.directory = directory;
        this.port = port;
        this.server = server;
    }

    /** The test is skipped unless there is all that is needed. */
    public static void require() {
        assumeTrue(
                Programs.exist("rclone") && Programs.exist("fusermount3") && Files.isWritable(Path.of("/dev/fuse")),
                "Skipped: buckets are mounted by rclone and fuse3 through /dev/fuse");
        assumeTrue(
                Optional.ofNullable(System.getenv(JARS))
                        .filter(jars -> Files.isDirectory(Path.of(jars)))
                        .isPresent(),
                "Skipped: " + JARS + " names no directory with the jars of S3Mock; .ci/run makes it");
    }

    /**
     * Starts a server with a bucket.
     *
     * @param directory a new directory for what it and rclone keep
     * @param photos the files that are copied to the bucket
     */
    public static Bucket of(Path directory, Path photos) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        int port = freePort();
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getenv(JARS) + "/*",
                        MAIN,
                        "--server.address=127.0.0.1",
                        "--server.port=0",
                        "--http.port=" + port,
                        "--vectors.http.port=0",
                        "--vectors.https.port=0")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("server.log").toFile())
                .start();
        Bucket bucket = new Bucket(directory, port, server);
        await(server, bucket::answers);
        Process copy = bucket.rclone("copy", photos.toString(), NAME);
        assertEquals(0, copy.waitFor(), "rclone copy");
        return bucket;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Process process, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        while (!condition.holds()) {
            assertTrue(process.isAlive() && System.nanoTime() < end, process + " is not ready");
            Thread.sleep(100);
        }
    }

    private Process rclone(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("rclone"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("rclone.log").toFile()));
        builder.environment()
                .putAll(Map.of(
                        "RCLONE_CONFIG",
                        directory.resolve("rclone.conf").toString(),
                        "RCLONE_CONFIG_REMOTE_TYPE",
                        "s3",
                        "RCLONE_CONFIG_REMOTE_PROVIDER",
                        "Other",
                        "RCLONE_CONFIG_REMOTE_ENDPOINT",
                        "http://127.0.0.1:" + port,
                        "RCLONE_CONFIG_REMOTE_ACCESS_KEY_ID",
                        KEY_ID,
                        "RCLONE_CONFIG_REMOTE_SECRET_ACCESS_KEY",
                        SECRET,
                        "RCLONE_LOW_LEVEL_RETRIES",
                        "1"));
        // It knows no such thing where it speaks HTTP.
        builder.environment().remove("AWS_CA_BUNDLE");
        return builder.start();
    }

    /** A mounted bucket. */
    public record Mount(Path path, Process process) implements AutoCloseable {
        @Override
        public void close() throws IOException, InterruptedException {
            new ProcessBuilder("fusermount3", "-u", "-z", path.toString())
                    .start()
                    .waitFor();
            process.destroy();
            process.waitFor();
        }
    }

    /**
     * Mounts the bucket as the documentation says.
     *
     * @param name of the new directory where it is mounted
     * @param cacheMode which files rclone keeps: full, or off, in which case it gives up on a server soon
     */
    public Mount mount(String name, String cacheMode) throws IOException, InterruptedException {
        Path path = Files.createDirectories(directory.resolve(name));
        Process process = rclone(
                "mount",
                NAME,
                path.toString(),
                "--read-only",
                "--dir-cache-time",
                "24h",
                "--vfs-cache-mode",
                cacheMode,
                "--cache-dir",
                directory.resolve(name + "-cache").toString());
        Mount mount = new Mount(path, process);
        try {
            await(process, () -> path.toFile().list().length > 0);
        } catch (AssertionError e) {
            mount.close();
            throw e;
        }
        return mount;
    }

    /** Ends the server. */
    @Override
    public void close() {
        server.destroyForcibly();
        server.onExit().join();
    }
}
