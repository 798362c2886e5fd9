package org.finetune.engine.select;

import java.util.Optional;
import java.util.function.Consumer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.BackendOptions;
import org.finetune.backend.BackendType;
import org.finetune.backend.Nd4jCuda;
import org.finetune.backend.cuda.Gpu;
import org.finetune.backend.cuda.GpuList;
import org.finetune.engine.check.DeviceCheck;

/** Which GPU our kernels run on. */
final class GpuChoice {
    private GpuChoice() {}

    /**
     * Chooses a GPU. The driver is loaded only where a GPU is asked for, or there might be one.
     *
     * @param notices hears why the CPU has to do
     * @return the GPU; nothing for the CPU, or for ND4J's CUDA backend in a build that has it
     * @throws FinetuneException with {@link ExitCode#BACKEND} if only a GPU will do and there is none
     */
    static Optional<Gpu> make(BackendOptions options, Consumer<String> notices) {
        if (options.type() == BackendType.CPU || (options.type() == BackendType.AUTO && !GpuList.mayHaveAny())) {
            return Optional.empty();
        }
        GpuList list = GpuList.query();
        Optional<Gpu> chosen = of(list, options.device());
        if (chosen.isEmpty() && !(options.type() == BackendType.CUDA && Nd4jCuda.isBuilt())) {
            DeviceCheck.useCpu(options.type(), obstacle(list, options.device()), notices);
        }
        return chosen;
    }

    private static Optional<Gpu> of(GpuList list, Optional<Integer> device) {
        return list.served()
                .filter(gpu -> device.isEmpty() || device.get() == gpu.index())
                .findFirst();
    }

    private static String obstacle(GpuList list, Optional<Integer> device) {
        if (!list.problem().isEmpty() || device.isEmpty()) {
            return list.obstacle();
        }
        return list.gpu(device.get())
                .map(gpu -> "the " + gpu + " is too old; compute capability 7.5 or higher is needed (Turing, of 2018)")
                .orElse("there is no device " + device.get() + "; 'finetune doctor' lists those that there are");
    }
}
