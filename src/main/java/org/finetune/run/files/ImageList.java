package org.finetune.run.files;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.run.AtomicFile;
import org.finetune.run.PlainFiles;

/**
 * {@code images.jsonl}: the photos of a run, a line of JSON for each.
 *
 * @param images the training photos, then the validation photos, in the order of the data set
 */
public record ImageList(List<Image> images) {
    /** The set of photos to train on. */
    public static final String TRAINING = "training";
    /** The set of photos to validate with. */
    public static final String VALIDATION = "validation";
    /** The set of photos that are used for nothing. */
    public static final String LEFT_OUT = "left out";

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A line.
     *
     * @param set what the photo is for: {@link #TRAINING}, {@link #VALIDATION} or nothing ({@link #LEFT_OUT})
     * @param label name of its class
     * @param path its path from the directory of the data
     * @param sha256 SHA-256 of the content in hexadecimal, "" if it could not be read, null if it was not yet
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Image(String set, @JsonProperty("class") String label, String path, String sha256) {}

    /**
     * Writes or replaces the file.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible
     */
    public void write(Path file) {
        AtomicFile.write(file, out -> {
            for (Image image : images) {
                out.write(JSON.writeValueAsBytes(image));
                out.write('\n');
            }
        });
    }

    /**
     * Reads the file.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible
     */
    public static ImageList read(Path file) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(PlainFiles.read(file), StandardCharsets.UTF_8.newDecoder()))) {
            List<Image> images = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                images.add(image(line));
            }
            return new ImageList(images);
        } catch (IOException e) {
            String reason = e instanceof JsonProcessingException json ? json.getOriginalMessage() : FailureReason.of(e);
            throw new FinetuneException(
                    ExitCode.DATA,
                    "Cannot read the list of photos '" + file + "': " + reason
                            + "; start a new run with 'finetune train'.",
                    e);
        }
    }

    /** Names of the classes in the order of their labels, which is that of their photos. */
    public List<String> classes() {
        return images.stream().map(Image::label).distinct().toList();
    }

    private static Image image(String line) throws IOException {
        Image image = JSON.readValue(line, Image.class);
        if (image == null || image.set() == null || image.label() == null || image.path() == null) {
            throw new IOException("a line lacks set, class or path");
        }
        if (image.path().indexOf('\0') >= 0) {
            throw new IOException("a path has the character NUL");
        }
        return image;
    }
}
