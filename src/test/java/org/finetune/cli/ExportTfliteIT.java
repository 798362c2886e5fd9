package org.finetune.cli;

import java.nio.file.Path;
import org.finetune.testing.Python;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exported TensorFlow Lite files in Python. */
class ExportTfliteIT {
    @Test
    void programInPythonPredicts(@TempDir Path directory) throws Exception {
        Python python = Python.with("tensorflow", "numpy", "PIL");
        ExportedRun.create(directory.resolve("tflite"), "--format", "tflite").assertPredicts(python);
    }
}
