package org.finetune.train.features;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.decode.ImageInfo;
import org.finetune.data.decode.Preprocessing;
import org.finetune.hash.Sha256;
import org.finetune.run.AtomicFile;

/**
 * Keeps the descriptions of images beside their activations, so that a run which finds the activations need not decode the
 * images to describe them. A file {@code <key>.photos} holds those of one set of images as {@link ChecksummedJson}; the key
 * is the SHA-256 of the size at which they were described and the images' own, sorted. So a file for a set that has images
 * of others need not describe those again.
 */
public final class ImageInfoFile {
    private static final String ENDING = ".photos";

    private final Path file;
    private final Preprocessing preprocessing;

    /**
     * Names the file of a set of images.
     *
     * @param directory the directory of the activations
     * @param preprocessing with what the images are described
     * @param contents SHA-256 of each image, in hexadecimal
     */
    public ImageInfoFile(Path directory, Preprocessing preprocessing, Collection<String> contents) {
        this.file = directory.resolve(name(preprocessing, contents));
        this.preprocessing = preprocessing;
    }

    private static String name(Preprocessing preprocessing, Collection<String> contents) {
        String all = preprocessing.toMap() + "\n" + String.join("\n", new TreeSet<>(contents));
        return Sha256.of(all.getBytes(StandardCharsets.UTF_8)) + ENDING;
    }

    /**
     * The descriptions of some images that the files of other sets have, by SHA-256 of the image. Damaged files are as none.
     *
     * @param wanted SHA-256 of the images, in hexadecimal
     */
    public Map<String, ImageInfo> readOthers(Set<String> wanted) {
        Map<String, ImageInfo> found = new HashMap<>();
        if (wanted.isEmpty()) {
            return found;
        }
        try (Stream<Path> files = Files.list(file.getParent())) {
            files.filter(other -> other.getFileName().toString().endsWith(ENDING))
                    .sorted()
                    .forEach(other -> {
                        Map<String, ImageInfo> infos = read(other);
                        if (name(preprocessing, infos.keySet())
                                .equals(other.getFileName().toString())) {
                            infos.keySet().retainAll(wanted);
                            found.putAll(infos);
                        }
                    });
        } catch (IOException e) {
            // What cannot be found is described anew.
        }
        return found;
    }

    /** The descriptions by SHA-256 of the image; none if there is no file or it is damaged. */
    public Map<String, ImageInfo> read() {
        return read(file);
    }

    private static Map<String, ImageInfo> read(Path file) {
        try {
            Map<String, ImageInfo> infos = ChecksummedJson.read(file, new TypeReference<>() {});
            return infos.values().stream().allMatch(ImageInfoFile::isWhole) ? infos : new HashMap<>();
        } catch (IOException e) {
            return new HashMap<>();
        }
    }

    private static boolean isWhole(ImageInfo info) {
        return info != null && info.format() != null && info.width() > 0 && info.height() > 0;
    }

    /**
     * Writes the descriptions.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if they cannot be written
     */
    public void write(Map<String, ImageInfo> infos) {
        try {
            ChecksummedJson.write(file, new TreeMap<>(infos));
        } catch (IOException e) {
            throw AtomicFile.cannotWrite(file, e, "--cache");
        }
    }
}
