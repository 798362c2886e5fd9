package org.finetune.explain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.data.ActivationMapFile;
import org.finetune.data.Photo;
import org.finetune.data.StorageException;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.engine.ActivationMap;
import org.finetune.run.AtomicFile;

/** A directory of photos with the maps of their classes laid over them. Files that are there already are left alone. */
public final class OverlayDirectory {
    private static final String OPTION = "--explain";
    private static final int LONGEST_SIDE = 800;
    private static final int MOST_CHARACTERS = 50;

    private final Path directory;
    private final ImageDecoder decoder;
    private int written;

    /**
     * Opens the directory, which is created if need be.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if it cannot be created
     */
    public OverlayDirectory(Path directory, ImageDecoder decoder) {
        this.directory = directory;
        this.decoder = decoder;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "Cannot create the directory '" + directory + "' (" + FailureReason.of(e) + "); choose another "
                            + OPTION + ".",
                    e);
        }
    }

    /**
     * Writes an overlay as {@code <name>-map.jpg}, or with a number after it where there is such a file.
     *
     * @return the file
     * @throws IOException if the photo can no longer be read
     * @throws StorageException if the storage of the photos is at fault
     * @throws FinetuneException with {@link ExitCode#DATA} if the file cannot be written
     */
    public Path write(Photo photo, ActivationMap map) throws IOException {
        byte[] jpeg;
        try (Mat thumbnail = decoder.thumbnail(photo.read(), LONGEST_SIDE);
                Mat overlay = Overlay.over(thumbnail, decoder.preprocessing().resize(), map)) {
            jpeg = ActivationMapFile.mark(EncodedImage.jpeg(overlay));
        }
        Path file = unused(photo);
        AtomicFile.write(file, out -> out.write(jpeg), true, OPTION);
        written++;
        return file;
    }

    /** The directory. */
    public Path directory() {
        return directory;
    }

    /** Number of overlays written so far. */
    public int written() {
        return written;
    }

    private Path unused(Photo photo) {
        String name = photo.fileName();
        int dot = name.lastIndexOf('.');
        String stem = cut(dot > 0 ? name.substring(0, dot) : name);
        Path file = directory.resolve(ActivationMapFile.name(stem, 1));
        for (int number = 2; Files.exists(file, LinkOption.NOFOLLOW_LINKS); number++) {
            file = directory.resolve(ActivationMapFile.name(stem, number));
        }
        return file;
    }

    /** File systems allow 255 bytes, of which a character may take four. */
    private static String cut(String stem) {
        int characters = stem.codePointCount(0, stem.length());
        return characters <= MOST_CHARACTERS ? stem : stem.substring(0, stem.offsetByCodePoints(0, MOST_CHARACTERS));
    }
}
