package org.finetune.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/**
 * The photos of a source, or of a part of it, by class.
 *
 * @param photos the photos of each class that can be used, which may be none, by name; sorted by code point
 * @param bad those that cannot be used
 */
record PhotosByClass(NavigableMap<String, List<Photo>> photos, List<BadPhoto> bad) {

    /**
     * Sorts photos by the classes that are stated of them; those without one are left out.
     *
     * @param reasons why some of the photos cannot be used
     */
    static PhotosByClass of(List<ListedPhoto> listed, Map<Photo, String> reasons) {
        NavigableMap<String, List<Photo>> photos = new TreeMap<>(CodePointOrder.INSTANCE);
        List<BadPhoto> bad = new ArrayList<>();
        for (ListedPhoto photo : listed) {
            String reason = reasons.get(photo.photo());
            if (reason != null) {
                bad.add(new BadPhoto(photo.photo().id(), reason));
            }
            photo.label()
                    .map(name -> photos.computeIfAbsent(name, key -> new ArrayList<>()))
                    .filter(ofClass -> reason == null)
                    .ifPresent(ofClass -> ofClass.add(photo.photo()));
        }
        return new PhotosByClass(photos, bad);
    }

    /**
     * The same without photos that turned out to be bad.
     *
     * @param reasons why they cannot be used
     */
    PhotosByClass without(Map<Photo, String> reasons) {
        NavigableMap<String, List<Photo>> usable = new TreeMap<>(CodePointOrder.INSTANCE);
        List<BadPhoto> unusable = new ArrayList<>(bad);
        photos.forEach((name, ofClass) -> {
            usable.put(
                    name,
                    ofClass.stream()
                            .filter(photo -> !reasons.containsKey(photo))
                            .toList());
            ofClass.stream()
                    .filter(reasons::containsKey)
                    .forEach(photo -> unusable.add(new BadPhoto(photo.id(), reasons.get(photo))));
        });
        return new PhotosByClass(usable, unusable);
    }

    /** Names of the classes, sorted. */
    List<String> names() {
        return List.copyOf(photos.keySet());
    }

    /** Names of the classes without usable photos, sorted. */
    List<String> emptyClasses() {
        return names().stream().filter(name -> photos.get(name).isEmpty()).toList();
    }

    /** All usable photos, by class. */
    List<Photo> all() {
        return photos.values().stream().flatMap(List::stream).toList();
    }

    /** The photos with the number of their class in a list of names; photos of other classes are left out. */
    List<LabeledPhoto> label(List<String> names) {
        List<LabeledPhoto> labeled = new ArrayList<>();
        for (int label = 0; label < names.size(); label++) {
            for (Photo photo : photos.getOrDefault(names.get(label), List.of())) {
                labeled.add(new LabeledPhoto(photo, label));
            }
        }
        return labeled;
    }

    /**
     * Checks that all classes have usable photos.
     *
     * @param kind what is called a class in the message, such as "class directory"
     * @param kinds its plural
     * @param place where the photos are, for the message
     * @throws FinetuneException with {@link ExitCode#DATA} if not
     */
    void requirePhotos(String kind, String kinds, Object place) {
        List<String> empty = emptyClasses();
        if (empty.isEmpty()) {
            return;
        }
        boolean one = empty.size() == 1;
        String unusable = bad.isEmpty()
                ? ""
                : ", but " + bad.size() + " that cannot be used, such as '"
                        + bad.get(0).id() + "' (" + bad.get(0).reason() + ")";
        throw new FinetuneException(
                ExitCode.DATA,
                "The " + (one ? kind : kinds) + " '" + Dataset.names(empty) + "' of '" + place
                        + (one ? "' has" : "' have") + " no usable photos" + unusable + "; add some or remove "
                        + (one ? "it." : "them."));
    }
}
