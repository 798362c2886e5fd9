package org.finetune.data;

import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Keeps some of the training photos for a test. Which these are follows from their content, as for the validation photos
 * ({@link StableSplit}), but at the other end of the hashes: the validation photos stay the same, and copies stay together.
 */
public final class TestPart {
    private TestPart() {}

    /**
     * Takes photos out of the training photos.
     *
     * @param share share of the photos of each class, in [0, 1); of a class at least one photo is left to train on
     */
    public static Dataset keep(Dataset data, double share) {
        if (share == 0) {
            return data;
        }
        Map<LabeledPhoto, String> hashes = hashes(data.train());
        Set<String> kept = hashes.values().stream()
                .filter(hash -> StableSplit.fraction(hash) >= 1 - share)
                .collect(Collectors.toCollection(HashSet::new));
        for (int label = 0; label < data.classes().size(); label++) {
            int wanted = label;
            Set<String> contents = hashes.entrySet().stream()
                    .filter(photo -> photo.getKey().label() == wanted)
                    .map(Map.Entry::getValue)
                    .collect(Collectors.toSet());
            if (kept.containsAll(contents)) {
                contents.stream().min(Comparator.naturalOrder()).ifPresent(kept::remove);
            }
        }
        Map<Boolean, List<LabeledPhoto>> parts = data.train().stream()
                .collect(Collectors.partitioningBy(
                        photo -> hashes.containsKey(photo) && kept.contains(hashes.get(photo))));
        return new Dataset(
                data.classes(),
                parts.get(false),
                data.validation(),
                data.divided(),
                data.counts(),
                data.bad(),
                data.warnings(),
                parts.get(true));
    }

    /** The hashes of photos, without those that are bad, which the pass over the photos will tell of. */
    private static Map<LabeledPhoto, String> hashes(List<LabeledPhoto> photos) {
        Map<LabeledPhoto, String> hashes = new ConcurrentHashMap<>();
        photos.parallelStream().forEach(photo -> {
            try {
                hashes.put(photo, photo.photo().fingerprint());
            } catch (IOException e) {
                hashes.remove(photo);
            }
        });
        return hashes;
    }
}
