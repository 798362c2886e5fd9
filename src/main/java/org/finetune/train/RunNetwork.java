package org.finetune.train;

import org.finetune.engine.Engine;
import org.finetune.engine.OpProfile;
import org.finetune.engine.select.Engines;
import org.finetune.model.Architecture;
import org.finetune.model.HeadInitializer;
import org.finetune.model.Weights;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;

/**
 * The network of a run.
 *
 * @param architecture the network without its head
 * @param plan what is trained in each phase, and how
 * @param engine executes it
 * @param initial parameters of base and head at the beginning of phase 1
 */
record RunNetwork(Architecture architecture, RecipePlan plan, Engine engine, Weights initial) {

    /**
     * The pretrained network with a new head.
     *
     * @param architecture the network of the settings
     * @param classes outputs of the head
     * @param pretrained parameters of the base
     * @param profile where the time of the engine's operations is added up
     */
    static RunNetwork of(
            TrainSettings settings, Architecture architecture, int classes, Weights pretrained, OpProfile profile) {
        return new RunNetwork(
                architecture,
                RecipePlan.of(settings, architecture),
                Engines.of(settings.get(Setting.ENGINE), architecture, classes, profile),
                pretrained.with(HeadInitializer.glorotUniform(architecture, classes, settings.get(Setting.SEED))));
    }

    /** The same with another plan. */
    RunNetwork with(RecipePlan other) {
        return new RunNetwork(architecture, other, engine, initial);
    }
}
