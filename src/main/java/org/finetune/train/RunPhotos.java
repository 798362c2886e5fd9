package org.finetune.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.BadPhoto;
import org.finetune.data.ContentHashes;
import org.finetune.data.Dataset;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.PhotoSource;
import org.finetune.run.files.ImageList;
import org.finetune.run.files.ImageList.Image;

/**
 * The photos of a run, by which a resumed run tells whether they are still the same.
 *
 * @param images as the run directory has them
 */
record RunPhotos(List<Image> images) {
    /** The photos of a data set, none of which was read yet. */
    static RunPhotos of(Dataset data, PhotoSource source) {
        return new RunPhotos(Stream.concat(
                        images(ImageList.TRAINING, data.train(), data, source),
                        images(ImageList.VALIDATION, data.validation(), data, source))
                .toList());
    }

    private static Stream<Image> images(String set, List<LabeledPhoto> images, Dataset data, PhotoSource source) {
        return images.stream()
                .map(image -> new Image(
                        set,
                        data.classes().get(image.label()),
                        source.name(image.photo().id()),
                        null));
    }

    /**
     * The same with hashes of the contents.
     *
     * @param sha256 hashes of what was read now, in the same order
     * @throws FinetuneException with {@link ExitCode#DATA} if they are no longer those recorded before
     */
    RunPhotos withHashes(List<String> sha256) {
        Changes changes = new Changes();
        List<Image> hashed = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            Image image = images.get(i);
            hashed.add(new Image(image.set(), image.label(), image.path(), sha256.get(i)));
            if (image.sha256() != null && !image.sha256().equals(sha256.get(i))) {
                changes.add("changed", image.path());
            }
        }
        changes.requireNone();
        return new RunPhotos(hashed);
    }

    /**
     * The same with some photos that are used for nothing.
     *
     * @param data the photos, in the same order
     * @param leftOut some of them
     */
    RunPhotos without(Dataset data, List<BadPhoto> leftOut) {
        Set<String> ids = leftOut.stream().map(BadPhoto::id).collect(Collectors.toSet());
        List<Image> marked = new ArrayList<>(images);
        int place = 0;
        for (LabeledPhoto photo : data.all()) {
            Image image = images.get(place);
            if (ids.contains(photo.photo().id())) {
                marked.set(place, new Image(ImageList.LEFT_OUT, image.label(), image.path(), image.sha256()));
            }
            place++;
        }
        return new RunPhotos(marked);
    }

    /**
     * Reads what was written with {@link #write}.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible
     */
    static RunPhotos read(Path file) {
        return new RunPhotos(ImageList.read(file).images());
    }

    void write(Path file) {
        new ImageList(images).write(file);
    }

    /**
     * Checks that the photos are still those of the run.
     *
     * @param now the photos as they are found now
     * @param source where they are
     * @throws FinetuneException with {@link ExitCode#DATA}, saying what changed, if not
     */
    void requireSame(Dataset now, PhotoSource source) {
        Map<String, Image> found = byPath(of(now, source));
        Map<String, Image> recorded = byPath(this);
        Changes changes = new Changes();
        found.keySet().stream().filter(path -> !recorded.containsKey(path)).forEach(path -> changes.add("new", path));
        for (Image image : images) {
            Image other = found.get(image.path());
            if (other == null) {
                changes.add("gone", image.path());
            } else if (!image.set().equals(ImageList.LEFT_OUT) && !other.set().equals(image.set())) {
                changes.add("now in the " + other.set() + " set", image.path());
            } else if (!other.label().equals(image.label())) {
                changes.add("now of class '" + other.label() + "'", image.path());
            }
        }
        changedContents(source, found.keySet()).forEach(path -> changes.add("changed", path));
        changes.requireNone();
    }

    private static Map<String, Image> byPath(RunPhotos list) {
        Map<String, Image> images = new LinkedHashMap<>();
        list.images().forEach(image -> images.put(image.path(), image));
        return images;
    }

    /** Paths of the photos among those found whose contents are no longer those that were recorded. */
    private List<String> changedContents(PhotoSource source, Set<String> found) {
        List<Image> hashed = images.stream()
                .filter(image -> image.sha256() != null && found.contains(image.path()))
                .toList();
        List<String> contents = ContentHashes.of(
                hashed.stream().map(image -> source.photo(image.path())).toList());
        List<String> changed = new ArrayList<>();
        for (int i = 0; i < hashed.size(); i++) {
            if (!contents.get(i).equals(hashed.get(i).sha256())) {
                changed.add(hashed.get(i).path());
            }
        }
        return changed;
    }

    /** What changed, by the kind of change. */
    private static final class Changes {
        private final Map<String, List<String>> paths = new LinkedHashMap<>();

        void add(String kind, String path) {
            paths.computeIfAbsent(kind, key -> new ArrayList<>()).add(path);
        }

        void requireNone() {
            if (paths.isEmpty()) {
                return;
            }
            List<String> parts = new ArrayList<>();
            paths.forEach((kind, changed) -> parts.add(changed.size() + (changed.size() == 1 ? " is " : " are ") + kind
                    + " ('" + changed.get(0) + "'" + (changed.size() == 1 ? ")" : " and so on)")));
            throw new FinetuneException(
                    ExitCode.DATA,
                    "The photos are no longer those of the run: " + String.join(", ", parts)
                            + "; restore them, or start a new run with 'finetune train'.");
        }
    }
}
