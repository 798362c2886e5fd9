package org.finetune.data;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * All photos of a source that states their classes one by one.
 *
 * @param photos the photos in the order in which they are read, those that cannot be used included; either all or none are
 *     in a part of a split, and outside a test part all have a class
 * @param bad why some of them cannot be used, as far as that is known without reading them
 * @param counts what was come across
 * @param warnings what the user should know, one sentence each
 */
public record PhotoListing(List<ListedPhoto> photos, Map<Photo, String> bad, ScanCounts counts, List<String> warnings) {

    public PhotoListing {
        photos = List.copyOf(photos);
        bad = Map.copyOf(bad);
        warnings = List.copyOf(warnings);
    }

    /** The photos of each part; none if the source is not split. */
    Map<SplitPart, List<ListedPhoto>> parts() {
        Map<SplitPart, List<ListedPhoto>> parts = new EnumMap<>(SplitPart.class);
        for (ListedPhoto photo : photos) {
            photo.part().ifPresent(part -> parts.computeIfAbsent(part, key -> new ArrayList<>())
                    .add(photo));
        }
        return parts;
    }
}
