package org.finetune.export;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;
import org.finetune.run.AtomicFile;
import org.finetune.run.OwnFiles;

/**
 * An export to a new directory, which appears when all its files are written and the model in them has classified photos as
 * the original does, or not at all.
 *
 * @param exporter the format
 * @param out the directory
 */
public record Export(Exporter exporter, Path out) {
    private static final String OPTION = "--out";

    /**
     * Checks that there is nothing of a directory's name.
     *
     * @throws FinetuneException with {@link ExitCode#USAGE} if there is
     */
    public static void requireNew(Path out) {
        if (Files.exists(out, LinkOption.NOFOLLOW_LINKS)) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "'" + out + "' already exists and is never overwritten; choose another " + OPTION + ".");
        }
    }

    /** Names of the files in the directory, the model first. */
    public List<String> files() {
        return Stream.concat(exporter.files().stream(), ExportedFiles.names().stream())
                .toList();
    }

    /**
     * Exports a model.
     *
     * @param photos photos to check it on, {@code [N,H,W,3]}, RGB, scaled to [-1, 1]
     * @param condition what else the exported model has to meet; it throws a {@link FinetuneException} if it does not
     * @return what the check has shown
     * @throws FinetuneException with {@link ExitCode#USAGE} if the directory exists, with {@link ExitCode#DATA} if it
     *     cannot be written, with {@link ExitCode#MODEL} if the exported model gives other probabilities
     */
    public ExportCheck write(SavedModel model, Tensor photos, Consumer<ExportedModel> condition) {
        requireNew(out);
        Path name = out.toAbsolutePath().normalize().getFileName();
        Path parent = out.toAbsolutePath().normalize().getParent();
        Path part = Path.of("." + name + ".part");
        OwnFiles partFiles = new OwnFiles(parent, partNames(part));
        Path directory = parent.resolve(part);
        try {
            Files.createDirectories(parent);
            // A killed process may have left one.
            partFiles.delete(part);
            Files.createDirectory(directory);
            exporter.write(model, directory);
            ExportedFiles.write(model, exporter, directory);
            List<ExportedModel> exported = exporter.read(model, directory);
            ExportCheck check = ExportCheck.of(model, exported, photos);
            check.requireAgreement(exporter.tolerance());
            exported.forEach(condition);
            appear(directory);
            return check;
        } catch (IOException e) {
            throw AtomicFile.cannotWrite(out, e, OPTION);
        } finally {
            deleteQuietly(partFiles, part);
        }
    }

    private void appear(Path directory) throws IOException {
        for (String file : files()) {
            try (FileChannel channel = FileChannel.open(directory.resolve(file), StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }
        requireNew(out);
        Files.move(directory, out, StandardCopyOption.ATOMIC_MOVE);
    }

    private Pattern partNames(Path part) {
        return Pattern.compile(Pattern.quote(part.toString())
                + files().stream().map(Pattern::quote).collect(Collectors.joining("|", "(?:/(?:", "))?")));
    }

    private static void deleteQuietly(OwnFiles files, Path part) {
        try {
            files.delete(part);
        } catch (IOException e) {
            // What led here is the failure to report; the next export deletes what is left.
            files.directory().resolve(part).toFile().deleteOnExit();
        }
    }
}
