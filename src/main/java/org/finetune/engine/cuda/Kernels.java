package org.finetune.engine.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.finetune.backend.cuda.CudaContext;
import org.finetune.backend.cuda.CudaModule;
import org.finetune.backend.cuda.CudaModule.Kernel;
import org.finetune.backend.cuda.Gpu;

/** The kernels on a GPU, by their names in {@code src/main/cuda}. */
final class Kernels {
    private static final String PTX = "kernels.ptx";

    /** The driver compiles them once for each GPU, and keeps the result in the user's directory. */
    private static final Map<Gpu, Kernels> LOADED = new ConcurrentHashMap<>();

    private final CudaContext context;
    private final CudaModule module;
    private final Map<String, Kernel> byName = new ConcurrentHashMap<>();

    private Kernels(Gpu gpu) {
        this.context = new CudaContext(gpu);
        this.module = context.load(ptx());
    }

    static Kernels on(Gpu gpu) {
        return LOADED.computeIfAbsent(gpu, Kernels::new);
    }

    private static byte[] ptx() {
        try (InputStream file = Kernels.class.getResourceAsStream(PTX)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    CudaContext context() {
        return context;
    }

    Kernel get(String name) {
        return byName.computeIfAbsent(name, module::kernel);
    }
}
