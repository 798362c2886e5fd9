package org.finetune.data.manifest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.BadPhoto;
import org.finetune.data.Photo;
import org.finetune.data.PhotoParts;
import org.finetune.data.PhotoPaths;
import org.finetune.data.manifest.ManifestNames.Name;
import org.finetune.data.manifest.PhotoPlaces.Place;

/** The photos of a manifest in its order, whatever it says about them. The file is read no further than photos are asked for. */
final class ManifestPhotos implements PhotoParts {
    /** Names that are looked for at a time, by several threads. */
    private static final int NAMES = 4096;

    private final Path file;
    private final PhotoPlaces places;
    private final ManifestNames names;
    private final Deque<Place> ahead = new ArrayDeque<>();
    private boolean found;

    /**
     * Begins with a manifest. All of it is checked before, so that no mistake in it ends a prediction midway.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if it cannot be read, names no photos or has a mistake
     */
    ManifestPhotos(Path file) {
        this.file = file;
        this.places = new PhotoPlaces(file);
        // A pipe can only be read once.
        if (Files.isRegularFile(file)) {
            check();
        }
        this.names = open();
        if (!names.hasNext()) {
            throw new FinetuneException(ExitCode.DATA, "'" + file + "' names no photos; it needs a row for each.");
        }
    }

    private ManifestNames open() {
        try {
            return ManifestNames.read(file.toString(), Files.newInputStream(file));
        } catch (IOException e) {
            throw ManifestNames.unreadable(file.toString(), e);
        }
    }

    private void check() {
        try (ManifestNames all = open()) {
            while (all.hasNext()) {
                places.checked(all.nextName());
            }
        } catch (IOException e) {
            throw ManifestNames.unreadable(file.toString(), e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if none of the photos is found, or a name stands for several
     */
    @Override
    public PhotoPaths next(int most) {
        List<Photo> photos = new ArrayList<>();
        List<BadPhoto> bad = new ArrayList<>();
        while (photos.size() < most && hasMore()) {
            if (ahead.isEmpty()) {
                readAhead();
            }
            Place place = ahead.remove();
            if (place.exists()) {
                photos.add(place.file());
            } else {
                bad.add(new BadPhoto(place.file().id(), absent(file, place.name().line())));
            }
        }
        return new PhotoPaths(photos, bad, List.of());
    }

    /** Why a photo is bad that is not there. */
    static String absent(Path manifest, int line) {
        return "no such file, named on line " + line + " of '" + manifest.getFileName() + "'";
    }

    @Override
    public boolean hasMore() {
        return !ahead.isEmpty() || names.hasNext();
    }

    /** Reads on until a photo is found; after that, names are paths. */
    private void readAhead() {
        do {
            List<Name> part = new ArrayList<>();
            while (part.size() < NAMES && names.hasNext()) {
                part.add(places.checked(names.nextName()));
            }
            List<Place> named = places.named(part);
            ahead.addAll(named);
            found |= named.stream().anyMatch(Place::exists);
        } while (!found && names.hasNext());
        if (!found) {
            List<Place> searched = places.searched(List.copyOf(ahead));
            ahead.clear();
            ahead.addAll(searched);
        }
        if (!names.hasNext()) {
            close();
        }
    }

    private void close() {
        try {
            names.close();
        } catch (IOException e) {
            throw ManifestNames.unreadable(file.toString(), e);
        }
    }
}
