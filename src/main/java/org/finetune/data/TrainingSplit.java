package org.finetune.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.finetune.data.split.GroupedSplit;
import org.finetune.data.split.JoinedItems;

/**
 * Photos on both sides of a split.
 *
 * @param train training photos, by class
 * @param validation validation photos, by class
 * @param warnings what the user should know about the split, one sentence each
 */
record TrainingSplit(List<LabeledPhoto> train, List<LabeledPhoto> validation, List<String> warnings) {

    /**
     * A split that the source states. Groups that it has divided stay so, which is reported.
     *
     * @param names names of the classes by label
     * @param rule names the groups, if there are any
     */
    static TrainingSplit given(
            PhotoSource source,
            List<String> names,
            List<LabeledPhoto> train,
            List<LabeledPhoto> validation,
            SplitRule rule) {
        List<String> warnings = new ArrayList<>();
        warnOfClassesWithout("validation photos", missing(names, validation), warnings);
        rule.groups().ifPresent(pattern -> {
            List<LabeledPhoto> all =
                    Stream.concat(train.stream(), validation.stream()).toList();
            PhotoGroups groups = PhotoGroups.of(pattern, source, all);
            warnings.addAll(groups.warnings(pattern, all));
            List<String> across = groups.across(train.size());
            if (!across.isEmpty()) {
                warnings.add("Of the " + groups.count() + " groups of --group-by, " + across.size()
                        + (across.size() == 1 ? " has" : " have") + " photos in training and validation, such as '"
                        + across.get(0) + "'; validation accuracy overstates the model.");
            }
        });
        return new TrainingSplit(train, validation, warnings);
    }

    /**
     * Divides photos by their content, by {@link StableSplit} or, if the rule names groups, by {@link GroupedSplit}.
     *
     * @param names names of the classes by label
     * @param photos all photos, by class
     * @param hashes their fingerprints
     */
    static TrainingSplit divided(
            PhotoSource source,
            List<String> names,
            List<LabeledPhoto> photos,
            Map<Photo, String> hashes,
            SplitRule rule) {
        List<String> warnings = new ArrayList<>();
        List<String> keys = keys(source, photos, hashes, rule, warnings);
        Set<String> validated = validated(photos, keys, rule);
        List<LabeledPhoto> train = new ArrayList<>();
        List<LabeledPhoto> validation = new ArrayList<>();
        for (int i = 0; i < photos.size(); i++) {
            (validated.contains(keys.get(i)) ? validation : train).add(photos.get(i));
        }
        warnOfClassesWithout("validation photos", missing(names, validation), warnings);
        warnOfClassesOfOneGroup(names, photos, keys, warnings);
        return new TrainingSplit(train, validation, warnings);
    }

    /** A key for each photo, by which it is told apart from those that need not be on its side. */
    private static List<String> keys(
            PhotoSource source,
            List<LabeledPhoto> photos,
            Map<Photo, String> hashes,
            SplitRule rule,
            List<String> warnings) {
        List<String> contents =
                photos.stream().map(photo -> hashes.get(photo.photo())).toList();
        JoinedItems joined = new JoinedItems(photos.size());
        joined.joinEqual(contents);
        PhotoGroups groups = PhotoGroups.none(photos.size());
        if (rule.groups().isPresent()) {
            groups = PhotoGroups.of(rule.groups().get(), source, photos);
            warnings.addAll(groups.warnings(rule.groups().get(), photos));
            joined.joinEqual(groups.names());
        }
        return groups.keys(contents, joined.groups());
    }

    private static Set<String> validated(List<LabeledPhoto> photos, List<String> keys, SplitRule rule) {
        int[] labels = photos.stream().mapToInt(LabeledPhoto::label).toArray();
        if (rule.groups().isPresent()) {
            return GroupedSplit.validation(labels, keys, rule.validationShare());
        }
        List<Set<String>> ofClasses = new ArrayList<>();
        for (int i = 0; i < labels.length; i++) {
            while (ofClasses.size() <= labels[i]) {
                ofClasses.add(new HashSet<>());
            }
            ofClasses.get(labels[i]).add(keys.get(i));
        }
        return StableSplit.validation(ofClasses, rule.validationShare());
    }

    private static void warnOfClassesOfOneGroup(
            List<String> names, List<LabeledPhoto> photos, List<String> keys, List<String> warnings) {
        Map<Integer, List<String>> byLabel = IntStream.range(0, keys.size())
                .boxed()
                .collect(Collectors.groupingBy(
                        i -> photos.get(i).label(), Collectors.mapping(keys::get, Collectors.toList())));
        List<String> single = IntStream.range(0, names.size())
                .filter(label -> byLabel.get(label).size() > 1)
                .filter(label -> Set.copyOf(byLabel.get(label)).size() == 1)
                .mapToObj(names::get)
                .toList();
        if (!single.isEmpty()) {
            warnings.add("Classes whose photos are all copies or in one group, so that none is left for "
                    + "validation: " + Dataset.names(single) + ".");
        }
    }

    private static List<String> missing(List<String> names, List<LabeledPhoto> photos) {
        Set<Integer> labels = photos.stream().map(LabeledPhoto::label).collect(Collectors.toSet());
        return IntStream.range(0, names.size())
                .filter(label -> !labels.contains(label))
                .mapToObj(names::get)
                .toList();
    }

    /** Adds a warning if there are such classes. */
    static void warnOfClassesWithout(String what, List<String> names, List<String> warnings) {
        if (!names.isEmpty()) {
            warnings.add("Classes without " + what + ": " + Dataset.names(names) + ".");
        }
    }
}
