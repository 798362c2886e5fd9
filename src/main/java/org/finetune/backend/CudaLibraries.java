package org.finetune.backend;

import java.util.List;

/** The native libraries of CUDA and of ND4J's CUDA backend. */
final class CudaLibraries {
    // CUDA's runtime, and ND4J's binding to its own library, which needs all others. By name, since only builds with
    // CUDA have them.
    private static final List<String> BINDINGS =
            List.of("org.bytedeco.cuda.global.cudart", "org.nd4j.linalg.jcublas.bindings.Nd4jCuda");

    private CudaLibraries() {}

    /**
     * Loads the libraries. ND4J would do so too, but print a stack trace if one is missing.
     *
     * @return why they cannot be loaded, or ""
     */
    static String load() {
        try {
            for (String binding : BINDINGS) {
                Class.forName(binding);
            }
            return "";
        } catch (LinkageError | ClassNotFoundException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return "CUDA 11.6 or cuDNN 8.3 is not installed: " + cause.getMessage();
        }
    }
}
