package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.Signals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher: what it sets, what it finds, and what it passes on. */
class LauncherIT {
    private static final Path LAUNCHER = Path.of("scripts", "finetune").toAbsolutePath();

    @TempDir
    private Path directory;

    @Test
    void distributionIsSmallAndHasTheNativesOfOnePlatformWithOneDnnOnly() throws IOException {
        long bytes = Files.size(Path.of("target", "finetune.jar")) + Files.size(Path.of("target", "finetune.jsa"));
        try (Stream<Path> libraries = Files.list(Path.of("target", "lib"))) {
            for (Path library : libraries.toList()) {
                String name = library.getFileName().toString();
                assertFalse(name.matches(".*(windows|macosx|android|ios|arm|ppc|x86_64-avx).*"), name);
                assertFalse(name.matches("nd4j-native-[^-]*-[^-]*-linux-x86_64\\.jar"), name);
                assertFalse(name.contains("ffmpeg"), name);
                bytes += Files.size(library);
            }
        }
        assertTrue(bytes < 350L << 20, "distribution of " + bytes + " bytes");
    }

    @Test
    void isFoundThroughLinksAndFromOtherDirectories() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), LAUNCHER);
        Path linkToLink = Files.createSymbolicLink(directory.resolve("finetune"), Path.of("link"));
        Result result = CliProcess.of(linkToLink, "--version").in(directory).run();
        Files.delete(link);
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.out().startsWith("finetune "), result.out());
    }

    @Test
    void passesOnTheUsersOptionsForJava() throws Exception {
        Result result = CliProcess.finetune("--version")
                .with("FINETUNE_JAVA_OPTS", "-Xmx600m -XshowSettings:vm")
                .run();
        assertTrue(result.err().contains("Max. Heap Size: 600.00M"), result.err());
    }

    @Test
    void forbidsTheDeserializationOfJavaObjects() throws Exception {
        Result result = CliProcess.finetune("--version")
                .with("FINETUNE_JAVA_OPTS", "-XshowSettings:properties")
                .run();
        assertTrue(result.err().contains("jdk.serialFilter = !*\n"), result.err());
    }

    @Test
    void heapIsAQuarterOfTheMemoryWithinBounds() throws Exception {
        Result result = CliProcess.finetune("--version")
                .with("FINETUNE_JAVA_OPTS", "-XX:+PrintFlagsFinal")
                .run();
        long expected = Math.min(memoryMib() / 2, Math.max(512, Math.min(4096, memoryMib() / 4))) << 20;
        assertTrue(result.out().matches("(?s).* MaxHeapSize += " + expected + " .*"), result.out());
    }

    /** Other limits are put in place of the machine's, in a mount namespace, where the kernel shows them. */
    @Test
    void limitOfAContainerHolds() throws Exception {
        boolean possible = new ProcessBuilder("unshare", "--map-root-user", "--mount", "true")
                        .start()
                        .waitFor()
                == 0;
        assumeTrue(possible, "Skipped: no namespace can be made");
        String script =
                """
                mount -t tmpfs none /sys/fs/cgroup
                mkdir /sys/fs/cgroup/memory
                echo 3221225472 | tee /sys/fs/cgroup/memory.max >/sys/fs/cgroup/memory/memory.limit_in_bytes
                exec "$@"
                """;
        Result result = CliProcess.of(
                        Path.of("unshare"),
                        "--map-root-user",
                        "--mount",
                        "bash",
                        "-c",
                        script,
                        "bash",
                        LAUNCHER.toString(),
                        "--version")
                .with("FINETUNE_JAVA_OPTS", "-XshowSettings:all")
                .run();
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.err().contains("Max. Heap Size: 768.00M"), result.err());
        assertTrue(result.err().contains("org.bytedeco.javacpp.maxphysicalbytes = 2457m"), result.err());
    }

    @Test
    void classesComeFromTheArchiveOfTheBuild() throws Exception {
        Result result = CliProcess.finetune("info")
                .with("FINETUNE_JAVA_OPTS", "-Xlog:class+load:file=" + directory.resolve("classes"))
                .run();
        assertEquals(0, result.exitCode(), result.err());
        List<String> classes = Files.readAllLines(directory.resolve("classes"));
        assertTrue(
                classes.stream()
                        .anyMatch(line ->
                                line.contains("org.finetune.cli.InfoCommand ") && line.contains("shared objects file")),
                () -> String.join("\n", classes));
    }

    @Test
    void archiveThatDoesNotFitIsPassedOverInSilence() throws Exception {
        // The jar is in another place than it was when the archive was made.
        Path target = Files.createDirectories(directory.resolve("target"));
        Path libraries = Files.createSymbolicLink(
                target.resolve("lib"), Path.of("target", "lib").toAbsolutePath());
        Files.copy(Path.of("target", "finetune.jar"), target.resolve("finetune.jar"));
        Path archive = Files.copy(Path.of("target", "finetune.jsa"), target.resolve("finetune.jsa"));
        Path scripts = Files.createDirectories(directory.resolve("scripts"));
        Path copy = Files.copy(LAUNCHER, scripts.resolve("finetune"), StandardCopyOption.COPY_ATTRIBUTES);
        assertEquals("", CliProcess.of(copy, "--version").run().err());

        Files.delete(archive);
        Files.writeString(archive, "no archive");
        Result damaged = CliProcess.of(copy, "--version").run();
        Files.delete(libraries);
        assertEquals("", damaged.err());
        assertTrue(damaged.out().startsWith("finetune "), damaged.out());
    }

    /** Memory of the machine, or of the container if that is less, as Java sees it. */
    private static long memoryMib() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getTotalMemorySize() >> 20;
    }

    /** Runs the launcher from a script, as its second argument. */
    private static Result script(String script, Path argument) throws Exception {
        return CliProcess.of(Path.of("bash"), "-c", script, "bash", argument.toString(), LAUNCHER.toString())
                .run();
    }

    @Test
    void addressSpaceThatIsTooSmallIsNamed() throws Exception {
        script("ulimit -v 4000000; exec \"$2\" --version", directory)
                .assertRefused(5, "ulimit -v allows 3906 MiB of address space, and 4864 MiB is the least");
        Result enough = script("ulimit -v 6000000; exec \"$2\" check data/sample", directory);
        assertEquals(0, enough.exitCode(), enough.err());
    }

    @Test
    void javaOptionsWithWhichJavaDoesNotStartAreNamed() throws Exception {
        for (String options : new String[] {"-Xmx100", "-XX:NoSuchOption=1", "-Xmx2g -Xms3g"}) {
            CliProcess.finetune("--version")
                    .with("FINETUNE_JAVA_OPTS", options)
                    .run()
                    .assertRefused(2, "Java does not start: ", "correct FINETUNE_JAVA_OPTS");
        }
    }

    @Test
    void workingDirectoryThatIsGoneIsNamed() throws Exception {
        Path gone = Files.createDirectory(directory.resolve("gone"));
        script("cd \"$1\"; rmdir \"$1\"; exec \"$2\" --version", gone)
                .assertRefused(3, "the working directory is gone; change to one that is there");
    }

    @Test
    void withoutProcSaysSo() throws Exception {
        String inNamespace = "unshare --map-root-user --mount bash -c 'umount -l /proc && ";
        boolean possible =
                new ProcessBuilder("bash", "-c", inNamespace + "true'").start().waitFor() == 0;
        assumeTrue(possible, "Skipped: /proc cannot be unmounted");
        script(inNamespace + "exec \"$1\" --version' bash \"$2\"", directory)
                .assertRefused(5, "there is no /proc, which says how much memory there is; mount it");
    }

    @Test
    void withoutJavaSaysSo() throws Exception {
        Result result = CliProcess.finetune("--version")
                .with("JAVA_HOME", directory.toString())
                .run();
        assertEquals(5, result.exitCode());
        assertEquals(
                "finetune: no Java found; install a JDK 17 or newer and put it on the PATH or set JAVA_HOME\n",
                result.err());
    }

    @Test
    void oldJavaIsRefused() throws Exception {
        Path java = Files.createDirectories(directory.resolve("bin")).resolve("java");
        Files.createFile(java, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(directory.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"1.8.0_392\"\n");
        Result result = CliProcess.finetune("--version")
                .with("JAVA_HOME", directory.toString())
                .run();
        assertEquals(5, result.exitCode());
        assertTrue(result.err().contains("is Java 8, but 17 or newer is needed"), result.err());
    }

    @Test
    void firstUseBuildsAndShowsWhyABuildFails() throws Exception {
        Path scripts = Files.createDirectories(directory.resolve("scripts"));
        Path copy = Files.copy(LAUNCHER, scripts.resolve("finetune"));
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwx------"));
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Path maven = Files.createFile(
                bin.resolve("mvn"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        String path = bin + ":" + System.getenv("PATH");

        Files.writeString(maven, "#!/bin/sh\necho '[ERROR] no network'\nexit 1\n");
        Result failed = CliProcess.of(copy, "--version").with("PATH", path).run();
        assertEquals(5, failed.exitCode());
        assertTrue(failed.err().contains("building"), failed.err());
        assertTrue(failed.err().contains("[ERROR] no network"), failed.err());

        Path target = Path.of("target").toAbsolutePath();
        Path made = directory.resolve("target");
        Files.writeString(
                maven,
                "#!/bin/sh\nmkdir -p " + made + "\ncp " + target + "/finetune.jar " + made + "\nln -sfn " + target
                        + "/lib " + made + "/lib\n");
        Result built = CliProcess.of(copy, "--version").with("PATH", path).run();
        assertBuilt("first use", built);

        // What 'git pull' does: it changes a source and notes in the log where HEAD is now.
        Path source =
                Files.createDirectories(directory.resolve("src/main/java")).resolve("Changed.java");
        Files.createFile(directory.resolve("pom.xml"));
        Path log = Files.createDirectories(directory.resolve(".git/logs")).resolve("HEAD");
        Files.createFile(source);
        Files.createFile(log);
        Files.setLastModifiedTime(log, FileTime.from(Instant.EPOCH));
        FileTime later = FileTime.from(Instant.now().plusSeconds(60));
        Files.setLastModifiedTime(source, later);
        Result notPulled = CliProcess.of(copy, "--version").with("PATH", path).run();
        assertEquals("", notPulled.err(), "Sources that are being edited are for the developer to build");
        Files.setLastModifiedTime(log, later);
        Result inUse = CliProcess.of(copy, "--version")
                .with("PATH", path)
                .through("flock", "--shared", directory.toString())
                .run();
        assertEquals(0, inUse.exitCode(), inUse.err());
        assertTrue(inUse.err().contains("it will be rebuilt when no finetune is running"), inUse.err());
        assertBuilt(
                "its sources have changed",
                CliProcess.of(copy, "--version").with("PATH", path).run());

        Files.setLastModifiedTime(source, FileTime.from(Instant.EPOCH));
        Result unchanged = CliProcess.of(copy, "--version").with("PATH", path).run();
        Files.delete(directory.resolve("target/lib"));
        assertEquals("", unchanged.err());
    }

    private static void assertBuilt(String reason, Result result) {
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(1, result.err().lines().count(), result.err());
        assertTrue(result.err().contains("finetune.jar (" + reason + ", "), result.err());
        assertTrue(result.out().startsWith("finetune "), result.out());
    }

    @Test
    void signalsReachJava() throws Exception {
        // Predict waits for the paths on its standard input.
        Process process = CliProcess.finetune("predict", "run", "-").start();
        try {
            while (process.info()
                    .command()
                    .filter(command -> command.endsWith("java"))
                    .isEmpty()) {
                Thread.sleep(50);
            }
            Thread.sleep(1500);
            Signals.send(process.pid(), "INT");
            assertEquals(130, process.waitFor());
        } finally {
            process.destroyForcibly();
        }
    }
}
