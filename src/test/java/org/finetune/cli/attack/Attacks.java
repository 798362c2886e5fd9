package org.finetune.cli.attack;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.finetune.testing.Directories;
import org.opentest4j.TestAbortedException;

/**
 * Attacks the program in one way after the other, until a time is over. Each attempt has a seed of its own, one more than that
 * of the attempt before.
 */
public final class Attacks {
    private static final Path ROOT = Path.of("target", "attack");
    private static final PrintStream ERR = System.err;

    private final Path referenceDirectory =
            ROOT.resolve("reference-" + ProcessHandle.current().pid());
    private final Map<String, Attack> attacks = new LinkedHashMap<>();
    private final Map<String, Integer> attempts = new TreeMap<>();
    private final Map<String, String> unavailable = new TreeMap<>();
    private final List<String> broken = new ArrayList<>();

    private Attacks() throws IOException {
        Files.createDirectories(ROOT);
        ReferenceRun reference = new ReferenceRun(referenceDirectory);
        attacks.put("kill", new KillAttack(reference));
        attacks.put("call", new CallAttack(reference));
        attacks.put("model", new ModelAttack());
        attacks.put("run-directory", new RunDirectoryAttack(reference));
        attacks.put("memory", new MemoryAttack(reference));
        attacks.put("shared-memory", new SharedMemoryAttack());
    }

    /**
     * Attacks.
     *
     * @param arguments minutes, with 0 for a single attempt; seed of the first attempt; a way to attack, or nothing for all
     */
    public static void main(String[] arguments) throws Exception {
        Attacks attacks = new Attacks();
        if (arguments.length > 2) {
            attacks.attacks.keySet().retainAll(List.of(arguments[2]));
        }
        if (attacks.attacks.isEmpty()) {
            ERR.println("attack: there is no attack '" + arguments[2] + "'");
            System.exit(2);
        }
        attacks.run(
                Duration.ofMillis(Math.round(Double.parseDouble(arguments[0]) * 60_000)), Long.parseLong(arguments[1]));
        System.exit(attacks.broken.isEmpty() ? 0 : 1);
    }

    private void run(Duration time, long firstSeed) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        List<String> names = List.copyOf(attacks.keySet());
        long seed = firstSeed;
        do {
            String name = names.get((int) (seed - firstSeed) % names.size());
            if (!unavailable.containsKey(name)) {
                attempt(name, seed);
            }
            seed++;
        } while (System.nanoTime() < end && unavailable.size() < names.size());
        Directories.delete(referenceDirectory);
        ERR.println("attack: attempts " + attempts + ", of which " + broken.size() + " broke something");
        unavailable.forEach((name, reason) -> ERR.println("attack: left out: " + name + ": " + reason));
        broken.forEach(ERR::println);
    }

    private void attempt(String name, long seed) throws Exception {
        Path scratch = ROOT.resolve(name + "-" + seed).toAbsolutePath();
        Directories.delete(scratch);
        Files.createDirectories(scratch);
        try {
            attacks.get(name).attempt(new Random(seed), scratch);
            Directories.delete(scratch);
        } catch (TestAbortedException e) {
            unavailable.put(name, e.getMessage());
            Directories.delete(scratch);
            return;
        } catch (Exception | AssertionError e) {
            String report = "attack: " + name + " broke something (files in " + scratch
                    + "); repeat it by: scripts/attack 0" + " --seed " + seed + " --only " + name;
            broken.add(report);
            ERR.println(report);
            e.printStackTrace(ERR);
        }
        attempts.merge(name, 1, Integer::sum);
    }
}
