package org.finetune.cli.attack;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.finetune.cli.CliProcess.Result;

/** Kills a run as it calls the system to change files, by strace. */
final class CallAttack implements Attack {
    private static final int MOST_KILLS = 3;

    /** What it ends with: killed; at its end before that call; without its decoder, if strace has killed that. */
    private static final Set<Integer> EXIT_CODES = Set.of(137, 0, 5);

    /**
     * A call to be killed at.
     *
     * @param name its name
     * @param most how often a thread makes it, about
     */
    private record Call(String name, int most) {}

    private static final List<Call> CALLS = List.of(
            new Call("rename", 20),
            new Call("unlink", 20),
            new Call("fsync", 20),
            new Call("fdatasync", 20),
            new Call("ftruncate", 10),
            new Call("mkdir", 12),
            new Call("pwrite64", 40),
            new Call("write", 150),
            new Call("openat", 400));

    private final ReferenceRun reference;

    CallAttack(ReferenceRun reference) {
        this.reference = reference;
    }

    @Override
    public void attempt(Random random, Path scratch) throws Exception {
        assumeTrue(canTrace(), "strace is not installed, or may not trace");
        Path run = scratch.resolve("run");
        int kills = 1 + random.nextInt(MOST_KILLS);
        for (int i = 0; i < kills; i++) {
            Call call = CALLS.get(random.nextInt(CALLS.size()));
            String inject = call.name() + ":signal=KILL:when=" + (1 + random.nextInt(call.most()));
            Result result = reference
                    .goOn(run)
                    .through("strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "inject=" + inject)
                    .run();
            assertTrue(EXIT_CODES.contains(result.exitCode()), inject + ": " + result);
        }
        reference.assertEndsTheSame(run);
    }

    private static boolean canTrace() throws Exception {
        boolean installed = List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "strace")));
        return installed
                && new ProcessBuilder("strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "true")
                                .redirectErrorStream(true)
                                .start()
                                .waitFor()
                        == 0;
    }
}
