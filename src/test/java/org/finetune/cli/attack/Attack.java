package org.finetune.cli.attack;

import java.nio.file.Path;
import java.util.Random;

/** A way to attack the program, that never ends otherwise than promised. */
interface Attack {
    /**
     * Makes an attempt.
     *
     * @param random decides about everything that can be chosen
     * @param scratch an empty directory
     * @throws AssertionError if a promise does not hold
     * @throws org.opentest4j.TestAbortedException if this machine does not allow for the attack
     */
    void attempt(Random random, Path scratch) throws Exception;
}
