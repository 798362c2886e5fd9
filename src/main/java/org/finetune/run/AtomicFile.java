package org.finetune.run;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;

/** Writes a file so that it appears whole or not at all: beside its place, normally forced to disk, then moved. */
public final class AtomicFile {
    private static final String OUT = "--out";
    private static final Pattern FULL = Pattern.compile("No space left|quota exceeded");

    private AtomicFile() {}

    /** Writes the content of a file. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes or replaces a file of a run.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if it cannot be written
     */
    public static void write(Path file, Content content) {
        write(file, content, true);
    }

    /**
     * Writes or replaces a file of a run.
     *
     * @param durable whether it is forced to disk, so that it survives a failure of the machine and not only of the
     *     process
     * @throws FinetuneException with {@link ExitCode#DATA} if it cannot be written
     */
    public static void write(Path file, Content content, boolean durable) {
        write(file, content, durable, OUT);
    }

    /**
     * Writes or replaces a file.
     *
     * @param durable whether it is forced to disk, so that it survives a failure of the machine and not only of the
     *     process
     * @param option the option that names the place, for the message
     * @throws FinetuneException with {@link ExitCode#DATA} if it cannot be written
     */
    public static void write(Path file, Content content, boolean durable, String option) {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".part");
        try {
            // A killed process may have left one, which may be a link by now: a new one is a file of nobody else's.
            Files.deleteIfExists(temporary);
            write(file, temporary, content, durable);
        } catch (IOException e) {
            throw cannotWrite(file, e, option);
        }
    }

    /**
     * Writes or replaces a file by way of another.
     *
     * @param temporary the other one, in the same directory, which must not exist; it is gone afterwards
     * @param durable whether it is forced to disk, so that it survives a failure of the machine and not only of the
     *     process
     */
    public static void write(Path file, Path temporary, Content content, boolean durable) throws IOException {
        try {
            try (FileChannel channel =
                            FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
                content.writeTo(out);
                out.flush();
                if (durable) {
                    channel.force(true);
                }
            }
            replace(file, temporary);
        } finally {
            deleteQuietly(temporary);
        }
    }

    /** Moves a file that is whole to the place of another, which always is the one or the other. */
    public static void replace(Path file, Path whole) throws IOException {
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Writes or replaces a text file in UTF-8. */
    public static void write(Path file, String text) {
        write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Says that a file cannot be written, and what to do about it.
     *
     * @param option the option that names the place
     */
    public static FinetuneException cannotWrite(Path file, IOException e, String option) {
        String reason = FailureReason.of(e);
        String remedy = FULL.matcher(reason).find() ? "free some space there" : "make it writable";
        return new FinetuneException(
                ExitCode.DATA,
                "Cannot write '" + file + "': " + reason + "; " + remedy + " or choose another " + option + ".",
                e);
    }

    /** Deletes what a failure has left. */
    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The failure that led here is the one to report.
            file.toFile().deleteOnExit();
        }
    }
}
