package org.finetune.train.features;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.FloatPointer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.Augmentation;
import org.finetune.model.KerasLayer;

/**
 * Images of a list whose activations other entries of a {@link CacheDirectory} have, of all wanted layers or at least of those
 * up to the joint, by the contents of the images. Of an image that could not be decoded there is the reason. Records that are
 * damaged do not count.
 */
public final class KeptImages implements AutoCloseable {
    /** No image. */
    public static final KeptImages NONE = new KeptImages(List.of(), List.of(), Set.of(), 1);

    private static final Pattern MANIFEST = Pattern.compile("[0-9a-f]{64}\\.json");

    private final List<String> contents;
    private final List<KerasLayer> layers;
    /** Those after the joint. */
    private final Set<String> upper;

    private final int views;
    /** By layer and by the content of an image. */
    private final Map<String, Map<String, Place>> places = new LinkedHashMap<>();

    private final Map<String, String> failures = new HashMap<>();
    private final List<FileStore> stores = new ArrayList<>();
    private final Map<String, FloatPointer> buffers = new LinkedHashMap<>();

    /**
     * Where the records of an image are.
     *
     * @param store the records of an entry
     * @param first number of that of the image's first view
     */
    private record Place(FileStore store, int first) {}

    private KeptImages(List<String> contents, List<KerasLayer> layers, Set<String> upper, int views) {
        this.contents = contents;
        this.layers = layers;
        this.upper = upper;
        this.views = views;
        layers.forEach(layer -> {
            places.put(layer.name(), new HashMap<>());
            buffers.put(
                    layer.name(),
                    new FloatPointer((long) views * layer.outputShape().length()));
        });
    }

    /**
     * Looks for images.
     *
     * @param directory that of the entries
     * @param extraction how the activations are computed
     * @param layers the layers whose activations are wanted
     * @param contents for each image the SHA-256 of the file in hexadecimal, or "" if it cannot be read
     * @param augmentations those whose first views are the wanted ones
     * @param views number of views that are wanted of each image
     */
    static KeptImages find(
            Path directory,
            Extraction extraction,
            List<KerasLayer> layers,
            List<String> contents,
            List<Augmentation> augmentations,
            int views) {
        Set<String> upper = layers.stream()
                .filter(extraction::isUpper)
                .map(KerasLayer::name)
                .collect(Collectors.toSet());
        KeptImages kept = new KeptImages(contents, layers, upper, views);
        Set<String> wanted = new HashSet<>(contents);
        wanted.remove("");
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(file -> MANIFEST.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .forEach(file -> kept.look(file, extraction, augmentations, wanted));
        } catch (IOException e) {
            // What cannot be found is computed.
        }
        return kept;
    }

    /** Takes what an entry has of the images, if it is of the same kind. Damaged entries are passed over. */
    private void look(Path file, Extraction extraction, List<Augmentation> augmentations, Set<String> wanted) {
        try {
            CacheManifest manifest = CacheManifest.read(file);
            List<String> others =
                    manifest.images().stream().map(CacheManifest.Image::sha256).toList();
            Optional<KerasLayer> layer = layers.stream()
                    .filter(known -> known.name().equals(manifest.layer()))
                    .findFirst();
            if (layer.isEmpty() || others.stream().noneMatch(wanted::contains)) {
                return;
            }
            int length = layer.get().outputShape().length();
            for (Augmentation augmentation : augmentations) {
                CacheKey key = CacheKey.of(extraction, augmentation, layer.get(), others);
                if (file.getFileName().toString().equals(key.sha256() + ".json")) {
                    manifest.require(key, length, augmentation.views(), others);
                    take(
                            manifest,
                            FileStore.open(file.resolveSibling(key.sha256() + ".f32"), length, manifest.checksums()),
                            augmentation.views(),
                            wanted);
                    return;
                }
            }
        } catch (IOException e) {
            // An entry that cannot be read is as none.
        }
    }

    private void take(CacheManifest manifest, FileStore store, int viewsOfImage, Set<String> wanted) {
        Map<String, Place> ofLayer = places.get(manifest.layer());
        boolean used = false;
        int first = 0;
        for (CacheManifest.Image image : manifest.images()) {
            if (image.failure() != null) {
                if (wanted.contains(image.sha256())) {
                    failures.putIfAbsent(image.sha256(), image.failure());
                }
                continue;
            }
            Place place = new Place(store, first);
            if (wanted.contains(image.sha256())
                    && !ofLayer.containsKey(image.sha256())
                    && read(place, buffers.get(manifest.layer()))) {
                ofLayer.put(image.sha256(), place);
                used = true;
            }
            first += viewsOfImage;
        }
        if (used) {
            stores.add(store);
        } else {
            store.close();
        }
    }

    /** Reads the wanted views of an image, and tells whether they are what was written. */
    private boolean read(Place place, FloatPointer buffer) {
        for (int view = 0; view < views; view++) {
            FloatPointer record = buffer.getPointer(
                    FloatPointer.class, (long) view * place.store().recordLength());
            if (!place.store().read(place.first() + view, record)) {
                return false;
            }
        }
        return true;
    }

    /** Whether there is no image. */
    public boolean isEmpty() {
        return IntStream.range(0, contents.size()).noneMatch(this::has);
    }

    /**
     * Whether an image need not be decoded.
     *
     * @param image its number in the list
     */
    public boolean has(int image) {
        return image < contents.size() && (isFailure(contents.get(image)) || hasLower(contents.get(image)));
    }

    /**
     * Whether the activations of an image after the joint, or some of them, are to be computed from those up to the joint.
     *
     * @param image its number in the list
     */
    public boolean isPartial(int image) {
        return image < contents.size()
                && !isFailure(contents.get(image))
                && hasLower(contents.get(image))
                && !upper.stream().allMatch(layer -> hasLayer(layer, contents.get(image)));
    }

    private boolean isFailure(String content) {
        return failures.containsKey(content);
    }

    private boolean hasLower(String content) {
        return !places.isEmpty()
                && places.keySet().stream().allMatch(layer -> upper.contains(layer) || hasLayer(layer, content));
    }

    private boolean hasLayer(String layer, String content) {
        return places.get(layer).containsKey(content);
    }

    /**
     * Reads the activations of an image.
     *
     * @param image its number in the list
     * @param layer name of a layer of which they are kept
     * @param records room for those of all views
     * @throws FinetuneException with {@link ExitCode#DATA} if a record has been damaged since it was found
     */
    void read(int image, String layer, FloatPointer records) {
        if (!read(places.get(layer).get(contents.get(image)), records)) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "The feature cache was damaged while it was being read; do not change the --cache directory during a"
                            + " run, and run again.");
        }
    }

    /**
     * Adds an image to the cache of its list.
     *
     * @param image its number in the list, which is that of the next image of the cache
     * @param label its class
     * @param derived computes what is not kept
     * @throws FinetuneException with {@link ExitCode#DATA} if a record has been damaged since it was found
     */
    void give(int image, int label, ActivationCache cache, DerivedImages derived) {
        String content = contents.get(image);
        String failure = failures.get(content);
        if (failure != null) {
            cache.append(List.of(), List.of(new ActivationCache.Failure(image, content, failure)), Map.of());
            return;
        }
        buffers.forEach((layer, records) -> {
            if (hasLayer(layer, content)) {
                read(image, layer, records);
            } else {
                derived.read(image, layer, records);
            }
        });
        cache.append(List.of(new ActivationCache.Sample(image, label, content)), List.of(), buffers);
    }

    @Override
    public void close() {
        stores.forEach(FileStore::close);
        buffers.values().forEach(FloatPointer::close);
    }
}
