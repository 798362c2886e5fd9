package org.finetune.data.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.FinetuneException;
import org.finetune.data.Photo;
import org.finetune.data.PhotoPaths;
import org.finetune.testing.Archives;
import org.finetune.testing.FuzzSeeds;

/** Fuzzing of the readers of zip and tar archives, and of the photos in them. */
public final class ArchiveFuzz {
    private static final Path FILE = FuzzSeeds.scratchFile();

    private ArchiveFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] content) throws IOException {
        Files.write(FILE, content);
        if (!ArchiveSource.isArchive(FILE)) {
            return;
        }
        try {
            read(new ArchiveSource(FILE, FILE).photos(), FILE);
        } catch (FinetuneException e) {
            // That is how bad archives are refused.
        }
    }

    /** Reads what is claimed to be photos, none of which may be elsewhere than in the file. */
    static void read(PhotoPaths photos, Path file) {
        for (Photo photo : photos.photos()) {
            if (!Path.of(photo.id()).normalize().startsWith(file)) {
                throw new IllegalStateException(photo.id());
            }
            try {
                byte[] content = photo.read();
                if (content.length != photo.length()) {
                    throw new IllegalStateException(content.length + " bytes, not " + photo.length());
                }
                photo.fingerprint();
            } catch (IOException e) {
                // That is how bad photos are skipped.
            }
        }
    }

    /** Writes the inputs to begin with. */
    public static void main(String[] arguments) throws IOException {
        FuzzSeeds seeds = new FuzzSeeds(arguments);
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String name : List.of("a/1.jpg", "a/2", "b/.hidden", "0001.cls", "0001.png", "0001.json")) {
            files.put(name, ("\u00ff\u00d8" + name.repeat(20)).getBytes(StandardCharsets.ISO_8859_1));
        }
        for (String name : List.of("seed.zip", "seed.tar", "seed.tgz")) {
            Path archive = Archives.write(FILE.resolveSibling(name), files);
            seeds.add(Files.readAllBytes(archive));
            Files.delete(archive);
        }
    }
}
