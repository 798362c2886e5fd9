package org.finetune.train;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.finetune.engine.Engine;
import org.finetune.engine.OpProfile;
import org.finetune.engine.select.Engines;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.HeadInitializer;
import org.finetune.model.KerasLayer;
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
 * @param known labels of the classes whose parameters of the head are those of an earlier run
 * @param joint the last layer before those that an earlier run has trained, if they are the engine's to divide off: the layers
 *     after it are always given its activations as they are kept, since many are kept already
 */
record RunNetwork(
        Architecture architecture,
        RecipePlan plan,
        Engine engine,
        Weights initial,
        Set<Integer> known,
        Optional<KerasLayer> joint) {

    RunNetwork {
        known = Set.copyOf(known);
    }

    /**
     * A network with a new head, or with that of an earlier run as far as it knows the classes.
     *
     * @param architecture the network of the settings
     * @param classes names of the outputs of the head
     * @param weights parameters of the base
     * @param parent the earlier run, if these are its parameters
     * @param profile where the time of the engine's operations is added up
     */
    static RunNetwork of(
            TrainSettings settings,
            Architecture architecture,
            List<String> classes,
            Weights weights,
            Optional<ParentRun> parent,
            OpProfile profile) {
        Weights head = HeadInitializer.glorotUniform(architecture, classes.size(), settings.get(Setting.SEED));
        Engine engine = Engines.of(
                settings.get(Setting.ENGINE), settings.get(Setting.DEVICE), architecture, classes.size(), profile);
        return new RunNetwork(
                architecture,
                RecipePlan.of(settings, architecture),
                engine,
                weights.with(parent.map(run -> run.head(head, classes)).orElse(head)),
                parent.map(run -> run.known(classes)).orElse(Set.of()),
                parent.flatMap(run -> joint(run.boundary(), engine)));
    }

    /** Where an engine divides a network that an earlier run has trained down to a boundary; nothing if all or none of it is new. */
    static Optional<KerasLayer> joint(FreezeBoundary trained, Engine engine) {
        return Optional.of(engine.cut(trained))
                .filter(cut -> trained.trainsBase() && !cut.name().equals(Architecture.INPUT));
    }

    /** The same with another plan. */
    RunNetwork with(RecipePlan other) {
        return new RunNetwork(architecture, other, engine, initial, known, joint);
    }
}
