package org.finetune.data;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The photos that arguments stand for, part by part: directories are searched no further than their photos are asked for. */
public final class PhotoStream implements PhotoParts {
    private final List<String> arguments;
    private final Function<Path, Optional<PhotoPaths>> containers;
    private int next;
    /** The directory that is being searched, or null. */
    private PhotoWalk walk;

    private final List<Photo> photos = new ArrayList<>();
    private final List<BadPhoto> bad = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private PassedOver passedOver = PassedOver.NOTHING;

    /**
     * Begins with the first argument.
     *
     * @param containers as of {@link PhotoPaths#expand}
     */
    public PhotoStream(List<String> arguments, Function<Path, Optional<PhotoPaths>> containers) {
        this.arguments = List.copyOf(arguments);
        this.containers = containers;
    }

    /**
     * {@inheritDoc}
     *
     * @throws org.finetune.FinetuneException as {@link PhotoPaths#expand}
     */
    @Override
    public PhotoPaths next(int most) {
        while (photos.size() < most && goOn()) {
            // Each step adds a photo, an argument or nothing.
        }
        List<Photo> part = photos.subList(0, Math.min(most, photos.size()));
        boolean last = photos.size() <= most && !hasMore();
        if (last) {
            warnings.addAll(passedOver.sentences());
        }
        PhotoPaths result = new PhotoPaths(part, bad, last ? warnings : List.of());
        part.clear();
        bad.clear();
        return result;
    }

    @Override
    public boolean hasMore() {
        return !photos.isEmpty() || walk != null || next < arguments.size();
    }

    private boolean goOn() {
        if (walk == null && next == arguments.size()) {
            return false;
        }
        if (walk == null) {
            String argument = arguments.get(next);
            Optional<Path> directory = directory(argument);
            Optional<PhotoPaths> contained = directory.flatMap(containers);
            if (directory.isPresent() && contained.isEmpty()) {
                walk = new PhotoWalk(directory.get());
            } else {
                add(contained.orElseGet(() -> PhotoPaths.expand(List.of(argument), containers)));
                next++;
            }
        } else if (!walk.next(photos, bad)) {
            PhotoPaths.requireAny(arguments.get(next), walk.found());
            passedOver = passedOver.plus(walk.found().passedOver());
            walk = null;
            next++;
        }
        return true;
    }

    private static Optional<Path> directory(String argument) {
        try {
            return Optional.of(Path.of(argument)).filter(Files::isDirectory);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private void add(PhotoPaths found) {
        photos.addAll(found.photos());
        bad.addAll(found.bad());
        warnings.addAll(found.warnings());
    }
}
