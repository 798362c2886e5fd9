package org.finetune.run.files;

import java.nio.file.Path;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.run.AtomicFile;
import org.finetune.run.Csv;

/**
 * {@code skipped.csv}: the photos that could not be used.
 *
 * @param images in the order in which they were found out
 */
public record SkippedImages(List<Image> images) {

    /**
     * A row.
     *
     * @param path where the photo is
     * @param reason why it cannot be used, in a few words
     */
    public record Image(String path, String reason) {}

    /**
     * Writes or replaces the file.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible
     */
    public void write(Path file) {
        StringBuilder text = new StringBuilder(Csv.line(List.of("path", "reason")));
        images.forEach(image -> text.append(Csv.line(List.of(image.path(), image.reason()))));
        AtomicFile.write(file, text.toString());
    }
}
