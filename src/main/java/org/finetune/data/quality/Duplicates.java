package org.finetune.data.quality;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.finetune.data.quality.DuplicateGroup.Member;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the photos that are the same or look alike. */
final class Duplicates {
    private static final Logger LOG = LoggerFactory.getLogger(Duplicates.class);

    private static final Comparator<DuplicateGroup> MOST_SERIOUS_FIRST = Comparator.comparing(
                    (DuplicateGroup group) -> !group.exact())
            .thenComparing(group -> !group.acrossClasses())
            .thenComparing(group -> !group.acrossSplits());

    private final List<String> classes;

    private Duplicates(List<String> classes) {
        this.classes = classes;
    }

    /**
     * Groups photos.
     *
     * @param classes names of the classes by label
     * @param photos the photos, by class and path
     */
    static List<DuplicateGroup> find(List<String> classes, List<CheckedPhoto> photos) {
        long start = System.nanoTime();
        List<DuplicateGroup> groups = new Duplicates(classes).find(photos);
        LOG.debug("Searched {} photos for duplicates in {} ms", photos.size(), (System.nanoTime() - start) / 1_000_000);
        return groups;
    }

    private List<DuplicateGroup> find(List<CheckedPhoto> photos) {
        Map<String, List<CheckedPhoto>> byContent = photos.stream()
                .collect(Collectors.groupingBy(CheckedPhoto::sha256, LinkedHashMap::new, Collectors.toList()));
        List<DuplicateGroup> groups = new ArrayList<>();
        byContent.values().stream()
                .filter(copies -> copies.size() > 1)
                .forEach(copies -> groups.add(group(true, copies)));
        List<List<CheckedPhoto>> comparable = byContent.values().stream()
                .filter(copies -> copies.get(0).hash().isPresent())
                .toList();
        NearDuplicates.groups(comparable.stream()
                        .map(copies -> copies.get(0).hash().orElseThrow())
                        .toList())
                .forEach(alike -> groups.add(group(
                        false,
                        alike.stream()
                                .flatMap(content -> comparable.get(content).stream())
                                .toList())));
        groups.sort(MOST_SERIOUS_FIRST);
        return groups;
    }

    private DuplicateGroup group(boolean exact, List<CheckedPhoto> photos) {
        return new DuplicateGroup(
                exact,
                photos.stream()
                        .map(photo -> new Member(photo.id(), classes.get(photo.label()), photo.split()))
                        .toList());
    }
}
