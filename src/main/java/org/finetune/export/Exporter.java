package org.finetune.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.finetune.model.SavedModel;

/** A format of another program: writes models in it, and reads them back to run them. */
public interface Exporter {

    /** Names of the files that {@link #write} makes, the model first. */
    List<String> files();

    /** What the written model's input is, as plain strings and numbers for {@code preprocessing.json}. */
    Map<String, Object> input(SavedModel model);

    /** The largest difference of a probability that the rounding of the format's numbers may explain. */
    default double tolerance() {
        return ExportCheck.FLOAT32_TOLERANCE;
    }

    /**
     * Writes a model, and a program that uses it.
     *
     * @param directory an empty directory
     */
    void write(SavedModel model, Path directory) throws IOException;

    /**
     * Reads the models that were written, from their files alone.
     *
     * @param model what the files do not say: the architecture and the classes
     * @return one or more, where the format has the model in several forms
     * @throws IOException if the files cannot be read, or are not what {@link #write} writes
     */
    List<ExportedModel> read(SavedModel model, Path directory) throws IOException;
}
