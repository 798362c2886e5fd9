package org.finetune.train;

import org.bytedeco.javacpp.Pointer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.MemoryLeft;
import org.finetune.backend.MemoryShortage;
import org.finetune.model.Weights;

/** What a run takes of the memory of the process, and what it says if that is too little. */
final class TrainingMemory {
    private static final long ACTIVATIONS = 512L << 20;
    /** Part of what the process may have. */
    private static final int SHARE = 8;

    /** Left to everything else while a model is saved. */
    private static final long RESERVE = 24L << 20;

    private TrainingMemory() {}

    /** Size in bytes up to which the activations of a layer are kept in memory. */
    static long forActivations() {
        long process = Pointer.maxPhysicalBytes();
        return process == 0 ? ACTIVATIONS : Math.min(ACTIVATIONS, process / SHARE);
    }

    /**
     * Makes sure that there is enough to save a model, which has its parameters in memory once more.
     *
     * @throws FinetuneException if there is too little
     */
    static void requireForSaving(Weights weights) {
        long wanted = weights.count() * Float.BYTES + RESERVE;
        long left = new MemoryLeft().bytesFor(wanted);
        if (left < wanted) {
            throw new FinetuneException(
                    ExitCode.BACKEND,
                    "Too little memory to save the model, which takes " + (wanted >> 20) + " MiB, and " + (left >> 20)
                            + " MiB are left; give the machine or container at least " + ((wanted - left >> 20) + 1)
                            + " MiB more.");
        }
    }

    /**
     * The failure of a phase, in words that help if memory was short. The batch is not made smaller: that would give
     * another model, so it is for the user to choose.
     *
     * @param images number of training photos
     * @return what is to be thrown
     */
    static RuntimeException explained(Throwable failure, PhaseSettings phase, int images) {
        MemoryShortage shortage = MemoryShortage.in(failure).orElse(null);
        if (shortage != MemoryShortage.NATIVE && shortage != MemoryShortage.DEVICE) {
            if (failure instanceof Error error) {
                throw error;
            }
            return (RuntimeException) failure;
        }
        int largest = Math.min(phase.batchSize(), images);
        boolean device = shortage == MemoryShortage.DEVICE;
        return new FinetuneException(
                ExitCode.BACKEND,
                "Too little memory for phase '" + phase.phase().label() + "'" + (device ? " on the GPU" : "")
                        + " with --batch-size "
                        + phase.batchSize() + "; set "
                        + (largest == 1 ? "" : "--batch-size " + largest / 2 + " or less, ")
                        + "a smaller --unfreeze or --size, or "
                        + (device
                                ? "--backend cpu, or close other programs that use its memory ('nvidia-smi' shows them)."
                                : "give the machine or container more memory "
                                        + "('finetune doctor' shows the limits)."),
                failure);
    }
}
