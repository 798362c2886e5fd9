package org.finetune.engine.select;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.Backend;
import org.finetune.backend.BackendOptions;
import org.finetune.backend.BackendType;
import org.finetune.backend.Nd4jCuda;
import org.finetune.engine.Classifier;
import org.finetune.engine.Engine;
import org.finetune.engine.EngineType;
import org.finetune.engine.OpProfile;
import org.finetune.engine.check.DeviceCheck;
import org.finetune.engine.check.SelfCheck;
import org.finetune.engine.fast.FastClassifier;
import org.finetune.engine.fast.FastEngine;
import org.finetune.engine.graph.GraphEngine;
import org.finetune.model.Architecture;
import org.finetune.model.SavedModel;

/** The engines that there are, and what they compute on in this process. */
public final class Engines {
    private static final List<String> SELF_CHECKS = new ArrayList<>();

    private Engines() {}

    /**
     * Starts ND4J for prediction, and checks that it computes right unless it does so on the CPU.
     *
     * @param notices hears what the user should know about the choice
     * @throws FinetuneException with {@link ExitCode#BACKEND} if the backend cannot be had, does not start or computes wrongly
     */
    public static void start(BackendOptions options, Consumer<String> notices) {
        start(options, EngineType.FAST, notices);
    }

    /** The same for training with an engine. */
    public static void start(BackendOptions options, EngineType engine, Consumer<String> notices) {
        if (options.type() == BackendType.AUTO && Nd4jCuda.isBuilt()) {
            notices.accept("Using the CPU; --backend cuda uses a GPU through ND4J");
        }
        if (!Backend.isCpu(Backend.start(options))) {
            // The fast engine also predicts for a run of another.
            EnumSet.of(EngineType.FAST, engine).forEach(type -> check(type, notices));
        }
    }

    private static void check(EngineType type, Consumer<String> notices) {
        String device = description() + ", engine " + type.name().toLowerCase(Locale.ROOT) + ",";
        DeviceCheck check = DeviceCheck.of(device, () -> SelfCheck.of(ofNetwork(type)));
        if (!check.passed()) {
            DeviceCheck.useCpu(BackendType.CUDA, check.toString(), notices);
        }
        SELF_CHECKS.add(check.toString());
    }

    private static Engine ofNetwork(EngineType type) {
        return of(type, SelfCheck.NETWORK, SelfCheck.CLASSES, OpProfile.NONE);
    }

    /** What computes in this process, and all that the last bits of its results may depend on. */
    public static String description() {
        return Backend.description();
    }

    /** Values of the setting {@code device}, each for a run that may go on beside the others. */
    public static List<Optional<Integer>> devices() {
        return List.of(Optional.empty());
    }

    /** What the self-checks of what computes in this process have found, a sentence each; none for the CPU. */
    public static List<String> selfChecks() {
        return List.copyOf(SELF_CHECKS);
    }

    /** Compares what the fast engine computes in this process with what the program knows that it should. */
    public static SelfCheck selfCheck() {
        return SelfCheck.of(ofNetwork(EngineType.FAST));
    }

    /**
     * An engine for training.
     *
     * @param architecture the network without its head
     * @param classes outputs of the head
     * @param profile where the time of the engine's operations is added up
     */
    public static Engine of(EngineType type, Architecture architecture, int classes, OpProfile profile) {
        return switch (type) {
            case FAST -> new FastEngine(architecture, classes, profile);
            case GRAPH -> new GraphEngine(architecture, classes);
        };
    }

    /**
     * A trained network for prediction.
     *
     * @param batchSize most images of one call
     * @param maps whether {@link Classifier#map} will be asked for
     */
    public static Classifier classifier(SavedModel model, int batchSize, boolean maps) {
        return new FastClassifier(model, batchSize, maps);
    }
}
