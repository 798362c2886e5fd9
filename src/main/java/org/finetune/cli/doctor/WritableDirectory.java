package org.finetune.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.finetune.FailureReason;
import org.finetune.cli.doctor.Diagnosis.Status;

/** Whether files can be made in a directory, which need not exist yet. */
final class WritableDirectory {
    private static final long MIB = 1 << 20;
    private static final long LEAST_MIB = 1024;

    private WritableDirectory() {}

    /**
     * Looks at a directory.
     *
     * @param otherwise status if no files can be made there
     */
    static Diagnosis examine(String subject, Path directory, Status otherwise) {
        Path existing = directory;
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
            return new Diagnosis(
                    otherwise,
                    subject,
                    directory + " cannot be written",
                    "Make " + existing + " writable, or use another directory.");
        }
        try {
            long free = Files.getFileStore(existing).getUsableSpace() / MIB;
            String text = directory + ", " + free + " MiB free";
            return free < LEAST_MIB
                    ? Diagnosis.warn(subject, text, "Free some space there.")
                    : Diagnosis.ok(subject, text);
        } catch (IOException e) {
            return Diagnosis.warn(subject, directory + ": " + FailureReason.of(e), "Check the disk.");
        }
    }
}
