package org.finetune.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.LabeledPhoto;
import org.finetune.weights.ResolvedWeights;

/**
 * What a run is made from, besides its settings: the pretrained weights, the program and the machine. A run's
 * {@code config.yaml} has it as the section {@code provenance}.
 *
 * @param entries names and values, in order
 */
public record RunOrigin(Map<String, String> entries) {
    private static final String WEIGHTS_ORIGIN = "weights-origin";
    private static final String WEIGHTS_FILE = "weights-file";
    private static final String WEIGHTS_SHA256 = "weights-sha256";
    private static final String BACKEND = "backend";
    /** The run whose network a run has begun with, as the user has named it. */
    public static final String PARENT = "parent";
    /** SHA-256 of its model file. */
    public static final String PARENT_SHA256 = "parent-sha256";

    private static final String PARENT_PHOTOS = "parent-photos-in-validation";

    static RunOrigin of(Map<String, ?> versions, ResolvedWeights weights, String backend) {
        Map<String, String> entries = new LinkedHashMap<>();
        versions.forEach((component, version) -> entries.put(component, version.toString()));
        entries.put(BACKEND, backend);
        entries.put(WEIGHTS_ORIGIN, weights.origin());
        entries.put(WEIGHTS_FILE, weights.file().toAbsolutePath().toString());
        entries.put(WEIGHTS_SHA256, weights.sha256());
        return new RunOrigin(entries);
    }

    /**
     * The same of a run that begins with the network of an earlier one.
     *
     * @param validation the photos that the run is validated with
     */
    RunOrigin with(ParentRun parent, List<LabeledPhoto> validation) {
        Map<String, String> more = new LinkedHashMap<>(entries);
        more.put(PARENT, parent.named().toString());
        more.put(PARENT_SHA256, parent.sha256());
        parent.trainedOn(validation).ifPresent(photos -> more.put(PARENT_PHOTOS, photos.toString()));
        return new RunOrigin(more);
    }

    /** What to know about the validation photos of a run that begins with the network of an earlier one, or "". */
    String caution() {
        String photos = entries.getOrDefault(PARENT_PHOTOS, "0");
        return photos.equals("0")
                ? ""
                : "The parent was trained on " + photos
                        + " of the validation photos, so validation accuracy overstates the"
                        + " model. Split the photos as the parent did, or measure on other photos with 'finetune evaluate'.";
    }

    /**
     * The value of the setting {@code weights} that gives the weights of the run again.
     *
     * @param setting value with which the run was begun
     */
    public String weights(String setting) {
        String file = entries.get(WEIGHTS_FILE);
        boolean isPath = file != null && file.indexOf('\0') < 0;
        return isPath && Files.exists(Path.of(file)) ? file : setting;
    }

    /**
     * Checks that a run can be resumed with the weights found now.
     *
     * @throws FinetuneException with {@link ExitCode#MODEL} if they are others
     */
    void requireWeights(ResolvedWeights found) {
        String sha256 = entries.getOrDefault(WEIGHTS_SHA256, "");
        if (!sha256.equals(found.sha256()) && entries.containsKey(PARENT)) {
            throw new FinetuneException(
                    ExitCode.MODEL,
                    "'" + found.file() + "' is no longer the model that the run started from: its SHA-256 is "
                            + found.sha256() + " instead of " + sha256 + "; restore the model of '"
                            + entries.get(PARENT)
                            + "', or start a new run.");
        }
        if (!sha256.equals(found.sha256())) {
            throw new FinetuneException(
                    ExitCode.MODEL,
                    "The pretrained weights are no longer those of the run: '" + found.file() + "' has the SHA-256 "
                            + found.sha256() + " instead of " + sha256 + "; restore the original file ("
                            + entries.getOrDefault(WEIGHTS_FILE, "unknown") + "), or start a new run.");
        }
    }

    /** How the program and the machine differ from those of the run, in a sentence, or "". */
    String difference(RunOrigin now) {
        StringBuilder differences = new StringBuilder();
        now.entries.forEach((name, value) -> {
            String before = entries.get(name);
            if (!name.startsWith("weights-") && !name.startsWith(PARENT) && !value.equals(before)) {
                differences
                        .append(differences.isEmpty() ? "" : ", ")
                        .append(name + " " + before + " then, " + value + " now");
            }
        });
        return differences.isEmpty()
                ? ""
                : "The run was started in a different environment (" + differences + "), so the last digits of "
                        + "the result may differ from those of an uninterrupted run";
    }
}
