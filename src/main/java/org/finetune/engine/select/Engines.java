package org.finetune.engine.select;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.Backend;
import org.finetune.backend.BackendOptions;
import org.finetune.backend.BatchSizes;
import org.finetune.backend.PixelType;
import org.finetune.backend.cuda.Gpu;
import org.finetune.backend.cuda.GpuList;
import org.finetune.engine.Classifier;
import org.finetune.engine.Engine;
import org.finetune.engine.EngineType;
import org.finetune.engine.OpProfile;
import org.finetune.engine.check.DeviceCheck;
import org.finetune.engine.check.SelfCheck;
import org.finetune.engine.cuda.CudaClassifier;
import org.finetune.engine.cuda.CudaEngine;
import org.finetune.engine.fast.FastClassifier;
import org.finetune.model.Architecture;
import org.finetune.model.SavedModel;

/** The engines that there are, and what they compute on in this process. */
public final class Engines {
    private static volatile Devices devices = Devices.CPU;

    private Engines() {}

    /**
     * Starts what computes, for prediction, and checks that it computes correctly unless it is the CPU.
     *
     * @param network the network, or one like it
     * @param notices is told what the user should know about the choice
     * @throws FinetuneException with {@link ExitCode#BACKEND} if it cannot be had, does not start or computes wrongly
     */
    public static void start(BackendOptions options, Architecture network, Consumer<String> notices) {
        start(options, EngineType.FAST, network, notices);
    }

    /** The same for training with an engine. */
    public static void start(
            BackendOptions options, EngineType engine, Architecture network, Consumer<String> notices) {
        devices = Devices.start(options, new Devices.Use(engine, network, false), notices);
    }

    /** The same on all GPUs that can be used, unless the options name one. */
    public static void startAll(
            BackendOptions options, EngineType engine, Architecture network, Consumer<String> notices) {
        devices = Devices.start(options, new Devices.Use(engine, network, true), notices);
    }

    /** Values of the setting {@code device}, each for a run that may go on beside the others. */
    public static List<Optional<Integer>> devices() {
        return devices.gpus().isEmpty()
                ? List.of(Optional.empty())
                : devices.gpus().stream().map(gpu -> Optional.of(gpu.index())).toList();
    }

    /**
     * What computes, and all that the last bits of its results may depend on.
     *
     * @param device the setting
     */
    public static String description(Optional<Integer> device) {
        return devices.gpu(device).map(Gpu::kind).orElseGet(Backend::description);
    }

    /** The self-checks that were passed, a sentence each; none on the CPU. */
    public static List<String> selfChecks() {
        return devices.checks();
    }

    /** Compares what ND4J computes in this process with what the program knows that it should. */
    public static SelfCheck checkNd4j() {
        return SelfCheck.of(Devices.nd4j(EngineType.FAST, SelfCheck.NETWORK, SelfCheck.CLASSES, OpProfile.NONE));
    }

    /** The GPUs of this machine that the process may use, whether it uses them or not. */
    public static GpuList gpus() {
        return Devices.query();
    }

    /** Compares what a GPU computes with what the CPU does; ND4J has been started on the CPU. */
    public static DeviceCheck check(Gpu gpu) {
        return Devices.check(gpu, SelfCheck.NETWORK);
    }

    /**
     * The number of images with which the frozen part runs about the fastest.
     *
     * @param size height and width of the input in pixels
     * @param images number of images there are to run
     */
    public static int frozenBatch(int size, long images) {
        return devices.gpus().isEmpty() ? BatchSizes.frozen(size, images) : BatchSizes.frozenOnGpu(size, images);
    }

    /**
     * The number of images that a {@linkplain Classifier#parts part} of a classifier is expected to have.
     *
     * @param batchSize most images of one call of the whole classifier
     */
    public static int part(int batchSize) {
        return devices.gpus().isEmpty() ? BatchSizes.part(batchSize) : batchSize;
    }

    /** How classifiers take images. */
    public static PixelType pixels() {
        return devices.gpus().isEmpty() ? PixelType.FLOAT32 : PixelType.UINT8;
    }

    /**
     * An engine for training.
     *
     * @param device the setting
     * @param architecture the network without its head
     * @param classes outputs of the head
     * @param profile where the time of the engine's operations is added up
     */
    public static Engine of(
            EngineType type, Optional<Integer> device, Architecture architecture, int classes, OpProfile profile) {
        return devices.gpu(device)
                .<Engine>map(gpu -> new CudaEngine(gpu, architecture, classes, profile))
                .orElseGet(() -> Devices.nd4j(type, architecture, classes, profile));
    }

    /**
     * A trained network for prediction.
     *
     * @param batchSize most images of one call
     * @param maps whether {@link Classifier#map} will be asked for
     */
    public static Classifier classifier(SavedModel model, int batchSize, boolean maps) {
        return devices.gpu(Optional.empty())
                .<Classifier>map(gpu -> new CudaClassifier(gpu, model, batchSize, maps))
                .orElseGet(() -> new FastClassifier(model, batchSize, maps));
    }
}
