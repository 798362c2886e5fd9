package org.finetune.cli.doctor;

import java.util.List;
import java.util.function.Supplier;
import org.finetune.weights.StoredWeights;
import org.finetune.weights.WeightsDirectories;

/** Which pretrained weights are here already, and whether others can be downloaded. */
final class WeightsExamination implements Examination {
    private static final String SUBJECT = "Weights";

    private final WeightsDirectories directories;
    private final Supplier<String> obstacle;

    /**
     * Looks at the places where weights are found.
     *
     * @param obstacle tries why weights cannot be downloaded; "" if they can
     */
    WeightsExamination(WeightsDirectories directories, Supplier<String> obstacle) {
        this.directories = directories;
        this.obstacle = obstacle;
    }

    @Override
    public List<Diagnosis> examine() {
        List<StoredWeights> files = StoredWeights.in(directories);
        String text = files.isEmpty()
                ? "none in " + directories.models() + " or " + directories.cache()
                : String.join(
                        ", ", files.stream().map(file -> file.path().toString()).toList());
        Diagnosis found = files.stream().anyMatch(StoredWeights::official)
                ? Diagnosis.ok(SUBJECT, text)
                : Diagnosis.warn(
                        SUBJECT,
                        text + "; no official weights",
                        "Run 'finetune weights get' to download them; a run does so too.");
        return List.of(
                found, download(), WritableDirectory.examine("Cache", directories.cache(), Diagnosis.Status.WARN));
    }

    private Diagnosis download() {
        String reason = obstacle.get();
        return reason.isEmpty()
                ? Diagnosis.ok("Download", "official weights can be downloaded")
                : Diagnosis.warn(
                        "Download",
                        "official weights cannot be downloaded (" + reason + ")",
                        "If none are listed here, run 'finetune weights get' on a machine with network access "
                                + "and copy the file to " + directories.cache() + ".");
    }
}
