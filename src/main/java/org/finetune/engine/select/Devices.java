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
import org.finetune.backend.ProcessEnvironment;
import org.finetune.backend.cuda.Gpu;
import org.finetune.backend.cuda.GpuList;
import org.finetune.engine.Engine;
import org.finetune.engine.EngineType;
import org.finetune.engine.OpProfile;
import org.finetune.engine.check.DeviceCheck;
import org.finetune.engine.check.SelfCheck;
import org.finetune.engine.cuda.CudaEngine;
import org.finetune.engine.fast.FastEngine;
import org.finetune.engine.graph.GraphEngine;
import org.finetune.model.Architecture;

/**
 * What computes in this process.
 *
 * @param gpus the GPUs of the CUDA engine; none where ND4J computes, on the CPU or with its own CUDA backend
 * @param checks the self-checks that were passed, a sentence each; none on the CPU
 */
record Devices(List<Gpu> gpus, List<String> checks) {
    /** The CPU. */
    static final Devices CPU = new Devices(List.of(), List.of());

    /** With larger images the self-check takes longer than a second; the kernels are the same. */
    private static final int LARGEST_CHECKED = 224;

    Devices {
        gpus = List.copyOf(gpus);
        checks = List.copyOf(checks);
    }

    /**
     * What is to compute.
     *
     * @param engine the engine
     * @param network whose width and size the self-check takes
     * @param all whether to use all GPUs instead of the first that can be used
     */
    record Use(EngineType engine, Architecture network, boolean all) {}

    /**
     * Starts ND4J, and finds the GPUs that are wanted and compute correctly.
     *
     * @param notices is told why the CPU or fewer GPUs have to do
     * @throws FinetuneException with {@link ExitCode#BACKEND} if ND4J does not start, or a GPU is required and none can be used
     */
    static Devices start(BackendOptions options, Use use, Consumer<String> notices) {
        if (options.type() == BackendType.CUDA && Nd4jCuda.isWanted(options.device())) {
            return startNd4jCuda(options, use.engine());
        }
        Backend.start(options.onCpu());
        boolean wanted = options.type() == BackendType.CUDA
                || (options.type() == BackendType.AUTO && use.engine() == EngineType.FAST && GpuList.mayHaveAny());
        if (!wanted) {
            options.device()
                    .ifPresent(
                            number -> notices.accept("Computing on the CPU, so --device " + number + " has no effect"));
            return CPU;
        }
        if (use.engine() == EngineType.GRAPH) {
            throw new FinetuneException(
                    ExitCode.USAGE, "--engine graph computes on the CPU; remove it, or remove --backend cuda.");
        }
        List<String> obstacles = new ArrayList<>();
        Devices found = findGpus(options.device(), use, obstacles);
        if (found.gpus().isEmpty()) {
            DeviceCheck.useCpu(options.type(), String.join("; ", obstacles), notices);
        } else {
            obstacles.forEach(notices);
        }
        return found;
    }

    /** The fast engine also predicts for a run of another. */
    private static Devices startNd4jCuda(BackendOptions options, EngineType engine) {
        Backend.start(options);
        List<String> checks = new ArrayList<>();
        for (EngineType type : EnumSet.of(EngineType.FAST, engine)) {
            DeviceCheck check = DeviceCheck.of(
                    Backend.description() + ", engine " + type.name().toLowerCase(Locale.ROOT) + ",",
                    () -> SelfCheck.of(nd4j(type, SelfCheck.NETWORK, SelfCheck.CLASSES, OpProfile.NONE)));
            if (!check.passed()) {
                DeviceCheck.useCpu(BackendType.CUDA, check.toString(), notice -> {});
            }
            checks.add(check.toString());
        }
        return new Devices(List.of(), checks);
    }

    /** The GPUs, in the order of {@code nvidia-smi}; by itself, CUDA has the fastest come first. */
    static GpuList query() {
        ProcessEnvironment.set("CUDA_DEVICE_ORDER", "PCI_BUS_ID", "--device");
        return GpuList.query();
    }

    private static Devices findGpus(Optional<Integer> number, Use use, List<String> obstacles) {
        GpuList found = query();
        if (!found.obstacle().isEmpty()) {
            obstacles.add(found.obstacle());
            return CPU;
        }
        if (number.isPresent() && found.gpu(number.get()).isEmpty()) {
            obstacles.add("there is no device " + number.get() + "; 'finetune doctor' lists the available ones");
            return CPU;
        }
        List<Gpu> usable = new ArrayList<>();
        List<String> checks = new ArrayList<>();
        for (Gpu gpu :
                number.map(index -> List.of(found.gpu(index).orElseThrow())).orElse(found.gpus())) {
            if (!gpu.isServed()) {
                obstacles.add(gpu + " is too old; compute capability 7.5 or higher is needed");
                continue;
            }
            DeviceCheck check = check(gpu, use.network());
            if (!check.passed()) {
                obstacles.add(check.toString());
                continue;
            }
            usable.add(gpu);
            checks.add(check.toString());
            if (!use.all()) {
                break;
            }
        }
        return new Devices(usable, checks);
    }

    /** Compares a GPU with the CPU. */
    static DeviceCheck check(Gpu gpu, Architecture network) {
        Architecture checked = Architecture.of(network.alpha(), Math.min(LARGEST_CHECKED, network.size()));
        return DeviceCheck.of(
                gpu.toString(),
                () -> SelfCheck.of(
                        new CudaEngine(gpu, checked, SelfCheck.CLASSES, OpProfile.NONE),
                        new FastEngine(checked, SelfCheck.CLASSES, OpProfile.NONE),
                        checked));
    }

    /** The GPU of a number, or the first if there is none of it; nothing where ND4J computes. */
    Optional<Gpu> gpu(Optional<Integer> number) {
        return gpus.stream()
                .filter(gpu -> number.isPresent() && number.get() == gpu.index())
                .findFirst()
                .or(() -> gpus.stream().findFirst());
    }

    /** An engine that ND4J executes. */
    static Engine nd4j(EngineType type, Architecture architecture, int classes, OpProfile profile) {
        return switch (type) {
            case FAST -> new FastEngine(architecture, classes, profile);
            case GRAPH -> new GraphEngine(architecture, classes);
        };
    }
}
