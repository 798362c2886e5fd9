package org.finetune.cli.doctor;

import java.nio.file.Path;
import java.util.List;

/** Looks at one side of the machine. */
@FunctionalInterface
public interface Examination {

    List<Finding> examine();

    /** All examinations, in the order in which they are shown. */
    static List<Examination> all() {
        Path home = Path.of(System.getProperty("finetune.home", ""));
        return List.of(
                new JavaExamination(),
                new ProcessorExamination(),
                new MemoryExamination(),
                new BackendExamination(),
                new CudaExamination(),
                new WeightsExamination(home.resolve("models"), WeightsExamination.cacheDirectory(System.getenv())),
                new OutputExamination(Path.of("").toAbsolutePath()));
    }
}
