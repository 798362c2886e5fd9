package org.finetune.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;

/** The SHA-256 of a weights file, remembered beside it as {@code <file>.sha256} in the format of {@code sha256sum}. */
final class DigestFile {
    private static final int HEX_DIGITS = 64;

    private DigestFile() {}

    static Path of(Path file) {
        return file.resolveSibling(file.getFileName() + ".sha256");
    }

    /** Remembers a digest. */
    static void write(Path file, String sha256) throws IOException {
        try (PartFile part = new PartFile(of(file))) {
            part.append(ByteBuffer.wrap((sha256 + "  " + file.getFileName() + "\n").getBytes(StandardCharsets.UTF_8)));
            part.moveToTarget();
        }
    }

    /**
     * Compares a file with the digest that is remembered, if one is. A file that differs is refused rather than
     * downloaded again: it may have been changed on purpose, and should not be replaced behind the user's back.
     *
     * @param sha256 the digest of the file as it is now
     * @throws FinetuneException with {@link ExitCode#MODEL} if the file is not what it was
     */
    static void check(Path file, String sha256) {
        Path digestFile = of(file);
        if (!Files.exists(digestFile)) {
            return;
        }
        String remembered;
        try (InputStream in = Files.newInputStream(digestFile)) {
            remembered = new String(in.readNBytes(HEX_DIGITS), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.MODEL, "The digest " + digestFile + " cannot be read (" + FailureReason.of(e) + ").", e);
        }
        if (!remembered.equalsIgnoreCase(sha256)) {
            throw new FinetuneException(
                    ExitCode.MODEL,
                    "Weights file " + file + " has changed since its SHA-256 was written to " + digestFile.getFileName()
                            + " next to it; delete both to download it again, or delete the latter to use the "
                            + "file as it is.");
        }
    }
}
