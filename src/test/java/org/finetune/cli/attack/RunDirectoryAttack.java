package org.finetune.cli.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess;
import org.finetune.cli.CliProcess.Result;
import org.finetune.cli.SmallRun;
import org.finetune.testing.Directories;

/** Damages a run directory, as a stranger or a bad disk would, and has commands use it. */
final class RunDirectoryAttack implements Attack {
    private static final int MOST_DAMAGES = 3;
    private static final Set<Integer> EXIT_CODES = Set.of(0, 2, 3, 4, 6);
    private static final String PRECIOUS = "precious";
    /** Seconds after which a command is taken to wait for ever. */
    private static final String LONGEST = "300";

    private static final List<String> TEXTS =
            List.of("null", "-1", "1e999", "NaN", "", "\0", "[]", "{", "../..", "\u202e");

    private final ReferenceRun reference;
    private Path stopped;

    RunDirectoryAttack(ReferenceRun reference) {
        this.reference = reference;
    }

    @Override
    public void attempt(Random random, Path scratch) throws Exception {
        Path run = scratch.resolve("run");
        boolean finished = random.nextBoolean();
        Directories.copy(finished ? reference.path() : stopped(), run);
        Path elsewhere = Files.createDirectory(scratch.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve(PRECIOUS), PRECIOUS);
        List<String> damages = new ArrayList<>();
        int count = 1 + random.nextInt(MOST_DAMAGES);
        for (int i = 0; i < count; i++) {
            damages.add(damage(files(run).get(random.nextInt(files(run).size())), elsewhere, random));
        }
        for (CliProcess command : List.of(
                CliProcess.finetune("info", run.toString()),
                CliProcess.finetune("compare", run.toString(), reference.path().toString()),
                CliProcess.finetune("predict", run.toString(), "data/sample/fish"),
                SmallRun.resume(run))) {
            Result result = command.through("timeout", "-s", "KILL", LONGEST).run();
            String what = damages + ": " + result;
            assertTrue(EXIT_CODES.contains(result.exitCode()), what);
            assertFalse(result.err().contains("unexpected error"), what);
            assertFalse(result.err().contains("\tat "), what);
            assertEquals(PRECIOUS, Files.readString(elsewhere.resolve(PRECIOUS)), what);
        }
        try (Stream<Path> files = Files.list(elsewhere)) {
            assertEquals(1, files.count(), damages + ": files were written behind a link");
        }
    }

    /** A run that was killed when it had written checkpoints. */
    private Path stopped() throws Exception {
        if (stopped == null) {
            Path run = reference.path().resolveSibling("stopped");
            Process process = reference.goOn(run).start();
            SmallRun.await(process, () -> SmallRun.checkpoints(run).size() > 1);
            process.destroyForcibly().waitFor();
            stopped = run;
        }
        return stopped;
    }

    private static List<Path> files(Path run) throws Exception {
        try (Stream<Path> files = Files.walk(run)) {
            return files.filter(file -> !file.equals(run)).sorted().toList();
        }
    }

    /** Damages a file or directory and returns how. */
    private static String damage(Path file, Path elsewhere, Random random) throws Exception {
        int kind = random.nextInt(9);
        String name = file.getParent().getFileName() + "/" + file.getFileName();
        if (kind >= 4 && Files.isRegularFile(file) && Files.size(file) > 0) {
            return name + " " + damageContent(file, kind, random);
        }
        Directories.delete(file);
        switch (kind % 4) {
            case 0 -> {
                return name + " deleted";
            }
            case 1 -> {
                new ProcessBuilder("mkfifo", file.toString()).start().waitFor();
                return name + " a pipe";
            }
            case 2 -> {
                Files.createSymbolicLink(file, random.nextBoolean() ? elsewhere : elsewhere.resolve(PRECIOUS));
                return name + " a link";
            }
            default -> {
                Files.createDirectory(file);
                return name + " an empty directory";
            }
        }
    }

    private static String damageContent(Path file, int kind, Random random) throws Exception {
        byte[] content = Files.readAllBytes(file);
        int position = random.nextInt(content.length);
        switch (kind) {
            case 4 -> {
                content[position] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, content);
                return "with a bit flipped at " + position;
            }
            case 5 -> {
                Files.write(file, Arrays.copyOf(content, position));
                return "cut off at " + position;
            }
            case 6 -> {
                Files.write(file, new byte[0]);
                return "empty";
            }
            default -> {
                // One byte a character, so that everything else stays as it is.
                String text = new String(content, StandardCharsets.ISO_8859_1);
                String[] words = text.split("(?<=\\W)|(?=\\W)", -1);
                int word = random.nextInt(words.length);
                String other = TEXTS.get(random.nextInt(TEXTS.size()));
                String former = words[word];
                words[word] = new String(other.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
                Files.writeString(file, String.join("", words), StandardCharsets.ISO_8859_1);
                return "with '" + other + "' for '" + former + "'";
            }
        }
    }
}
