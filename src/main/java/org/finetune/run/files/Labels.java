package org.finetune.run.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.run.AtomicFile;

/**
 * {@code labels.txt}: the names of the classes, one a line, for other programs. The model has them too.
 *
 * @param names in the order of the model's outputs
 */
public record Labels(List<String> names) {

    public Labels {
        names = List.copyOf(names);
    }

    /**
     * Writes or replaces the file.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible
     */
    public void write(Path file) {
        AtomicFile.write(file, String.join("\n", names) + "\n");
    }

    /**
     * Reads the file.
     *
     * @throws IOException saying in a few words what is wrong with it
     */
    public static Labels read(Path file) throws IOException {
        return FileReading.read(
                file,
                in -> new Labels(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList()));
    }
}
