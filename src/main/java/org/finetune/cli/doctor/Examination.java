package org.finetune.cli.doctor;

import java.nio.file.Path;
import java.util.List;
import org.finetune.backend.BackendOptions;
import org.finetune.data.decode.process.HeifLibrary;
import org.finetune.data.decode.process.TurboJpegLibrary;
import org.finetune.weights.WeightsDirectories;
import org.finetune.weights.WeightsDownload;

/** Looks at one side of the machine. */
@FunctionalInterface
public interface Examination {

    List<Diagnosis> examine();

    /**
     * All examinations, in the order in which they are shown.
     *
     * @param options what to compute on
     */
    static List<Examination> all(BackendOptions options) {
        return List.of(
                new JavaExamination(),
                new ProcessorExamination(),
                new MemoryExamination(),
                new BackendExamination(options),
                new DecoderExamination(),
                new JpegExamination(TurboJpegLibrary::locate, TurboJpegLibrary::find),
                new HeifExamination(HeifLibrary::find),
                new CudaExamination(),
                new WeightsExamination(WeightsDirectories.ofInstallation(), WeightsDownload::obstacleNow),
                new OutputExamination(Path.of("").toAbsolutePath()));
    }
}
