package org.finetune.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.weights.WeightsDirectories;

/** Which pretrained weights are here already. */
final class WeightsExamination implements Examination {
    private static final String OFFICIAL_PREFIX = "mobilenet_v2_weights_tf_";
    private static final String SUBJECT = "Weights";

    private final WeightsDirectories directories;

    /** Looks at the places where weights are found. */
    WeightsExamination(WeightsDirectories directories) {
        this.directories = directories;
    }

    @Override
    public List<Diagnosis> examine() {
        List<Path> files = directories.inOrder().stream()
                .flatMap(directory -> list(directory).stream())
                .toList();
        String text = files.isEmpty()
                ? "none in " + directories.models() + " or " + directories.cache()
                : String.join(", ", files.stream().map(Path::toString).toList());
        Diagnosis found = files.stream().anyMatch(WeightsExamination::isOfficial)
                ? Diagnosis.ok(SUBJECT, text)
                : Diagnosis.warn(
                        SUBJECT,
                        text + "; no official ones",
                        "A run downloads them; without a network put a Keras file (*_no_top.h5) into "
                                + directories.models() + " or " + directories.cache() + ".");
        return List.of(found, WritableDirectory.examine("Cache", directories.cache(), Diagnosis.Status.WARN));
    }

    private static boolean isOfficial(Path file) {
        return file.getFileName().toString().startsWith(OFFICIAL_PREFIX);
    }

    private static List<Path> list(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".h5"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
