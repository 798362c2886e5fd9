package org.finetune.data.source;

import java.nio.file.Files;
import java.nio.file.Path;
import org.finetune.data.PhotoDirectory;
import org.finetune.data.PhotoSource;
import org.finetune.data.manifest.Manifest;

/** Chooses the source of photos. */
public final class PhotoSources {
    private PhotoSources() {}

    /** The source that a place given by the user stands for: a manifest, or else a directory. Nothing is read yet. */
    public static PhotoSource of(Path place) {
        return Manifest.isOne(place) && Files.isRegularFile(place) ? new Manifest(place) : new PhotoDirectory(place);
    }
}
