package org.finetune.cli.doctor;

import java.nio.file.Path;
import java.util.List;

/** Whether run directories can be made where they are made by default. */
final class OutputExamination implements Examination {
    private final Path workingDirectory;

    OutputExamination(Path workingDirectory) {
        this.workingDirectory = workingDirectory;
    }

    @Override
    public List<Diagnosis> examine() {
        return List.of(WritableDirectory.examine("Output", workingDirectory.resolve("runs"), Diagnosis.Status.WARN));
    }
}
