package org.finetune.cli.attack;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Kills a run at moments, and each process that goes on with it. */
final class KillAttack implements Attack {
    private static final int MOST_KILLS = 4;

    private final ReferenceRun reference;

    KillAttack(ReferenceRun reference) {
        this.reference = reference;
    }

    @Override
    public void attempt(Random random, Path scratch) throws Exception {
        Path run = scratch.resolve("run");
        int kills = 1 + random.nextInt(MOST_KILLS);
        for (int i = 0; i < kills; i++) {
            Process process = reference.goOn(run).start();
            process.waitFor((long) (random.nextDouble() * reference.milliseconds()), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
        }
        reference.assertEndsTheSame(run);
    }
}
