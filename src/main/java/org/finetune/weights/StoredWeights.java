package org.finetune.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.model.Architecture;

/**
 * A weights file in one of the directories in which a run looks for it.
 *
 * @param path where it is
 * @param architecture the network that its name says it is for, or nothing if a run does not find it by its name
 * @param official whether it is one of Keras's
 */
public record StoredWeights(Path path, Optional<Architecture> architecture, boolean official) {

    /** All files that are there, in the order in which they are found. */
    public static List<StoredWeights> in(WeightsDirectories directories) {
        return directories.inOrder().stream()
                .flatMap(directory -> files(directory).stream())
                .map(StoredWeights::of)
                .toList();
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".h5"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static StoredWeights of(Path file) {
        String name = file.getFileName().toString();
        if (name.equals(BundledWeights.FILE)) {
            return new StoredWeights(file, Optional.of(Architecture.of(BundledWeights.ALPHA, 224)), false);
        }
        Optional<Architecture> architecture = OfficialWeights.architecture(name);
        return new StoredWeights(file, architecture, architecture.isPresent());
    }

    /**
     * Reads the file and compares its SHA-256 with the one that is known for it and the one beside it.
     *
     * @return what its SHA-256 agrees with
     * @throws FinetuneException with {@link ExitCode#MODEL} if it is not what it should be
     */
    public String check() {
        if (architecture.isEmpty()) {
            return "not checked: a run uses it only if --weights names it";
        }
        String sha256 = KerasWeightsFile.read(path, architecture.get()).sha256();
        DigestFile.check(path, sha256);
        String name = path.getFileName().toString();
        Optional<String> known = official ? OfficialWeights.sha256(name) : Optional.of(BundledWeights.SHA256);
        if (known.isPresent() && !known.get().equals(sha256)) {
            throw new FinetuneException(
                    ExitCode.MODEL,
                    "Weights file " + path + " is not the one that was published: its SHA-256 is " + sha256
                            + " instead of " + known.get() + "; delete it and get it again.");
        }
        return known.isPresent()
                ? "the published file"
                : Files.exists(DigestFile.of(path))
                        ? "as it was downloaded"
                        : "readable; no SHA-256 to compare it with";
    }
}
