package org.finetune.cli.attack;

import java.nio.file.Path;
import java.util.Random;
import org.finetune.model.MutatedModels;

/** Changes a model file at random, and reads it here and in plain Deeplearning4j. */
final class ModelAttack implements Attack {
    private static final int FILES = 100;

    private MutatedModels models;

    @Override
    public void attempt(Random random, Path scratch) throws Exception {
        if (models == null) {
            models = new MutatedModels();
        }
        for (int i = 0; i < FILES; i++) {
            models.assertRefusedOrTheSame(random, scratch.resolve("model.zip"));
        }
    }
}
