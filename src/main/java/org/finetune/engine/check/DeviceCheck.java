package org.finetune.engine.check;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.backend.BackendType;

/**
 * Whether a device computes what the CPU does.
 *
 * @param device its name, for sentences
 * @param outcome what the self-check has found, if it came to its end
 * @param failure why it did not, or ""
 */
public record DeviceCheck(String device, Optional<SelfCheck> outcome, String failure) {

    /**
     * Runs the self-check of a device. A device that fails is as one that computes wrongly.
     *
     * @param device its name, for sentences
     * @param check compares an engine that uses the device
     */
    public static DeviceCheck of(String device, Supplier<SelfCheck> check) {
        try {
            return new DeviceCheck(device, Optional.of(check.get()), "");
        } catch (RuntimeException | OutOfMemoryError e) {
            return new DeviceCheck(device, Optional.empty(), FailureReason.ofRoot(e));
        }
    }

    /** Whether the device may compute. */
    public boolean passed() {
        return outcome.isPresent() && outcome.get().passed();
    }

    /** Such as "passed in 0.21 s: features differ from the CPU's by ...", or why the device must not compute. */
    @Override
    public String toString() {
        if (outcome.isEmpty()) {
            return device + " fails its self-check: " + failure;
        }
        return passed()
                ? String.format(
                        Locale.ROOT,
                        "%s passed in %.2f s: %s",
                        device,
                        outcome.get().seconds(),
                        outcome.get())
                : device + " computes wrong results: " + outcome.get();
    }

    /**
     * Has the CPU do in place of a device.
     *
     * @param wanted whether it may
     * @param reason why the device cannot be used
     * @param notices is notified of it
     * @throws FinetuneException with {@link ExitCode#BACKEND} if only the device will do
     */
    public static void useCpu(BackendType wanted, String reason, Consumer<String> notices) {
        if (wanted == BackendType.CUDA) {
            throw new FinetuneException(
                    ExitCode.BACKEND, "--backend cuda cannot be used: " + reason + " (--backend cpu runs everywhere)");
        }
        notices.accept("Using the CPU because " + reason);
    }
}
