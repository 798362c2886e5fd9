package org.finetune.data;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.split.GroupPattern;
import org.finetune.hash.Sha256;

/**
 * The groups that a pattern names among photos.
 *
 * @param names the group of each photo; null for those that the pattern does not match
 */
public record PhotoGroups(List<String> names) {

    public PhotoGroups {
        names = new ArrayList<>(names);
    }

    /**
     * Names the groups of photos.
     *
     * @param source where the photos are, whose names in it are matched
     * @throws FinetuneException with {@link ExitCode#DATA} if the pattern matches no name, or puts all photos into one group
     */
    public static PhotoGroups of(GroupPattern pattern, PhotoSource source, List<LabeledPhoto> photos) {
        List<String> names = new ArrayList<>();
        for (LabeledPhoto photo : photos) {
            names.add(pattern.groupOf(name(source, photo)).orElse(null));
        }
        PhotoGroups groups = new PhotoGroups(names);
        Set<String> distinct = groups.distinct();
        if (distinct.isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "--group-by '" + pattern + "' matches no photo's path in '" + source.place() + "', such as '"
                            + name(source, photos.get(0))
                            + "'; correct the regular expression.");
        }
        if (distinct.size() == 1 && !names.contains(null)) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "--group-by '" + pattern + "' puts all photos into one group, '" + names.get(0)
                            + "', so they cannot be split; correct the regular expression.");
        }
        return groups;
    }

    private static String name(PhotoSource source, LabeledPhoto photo) {
        return source.name(photo.photo().id());
    }

    /** Photos of which none is in a group with a name. */
    static PhotoGroups none(int photos) {
        return new PhotoGroups(Collections.nCopies(photos, null));
    }

    private Set<String> distinct() {
        Set<String> distinct = new HashSet<>(names);
        distinct.remove(null);
        return distinct;
    }

    /** Number of groups that have a name. */
    public int count() {
        return distinct().size();
    }

    /**
     * What to say about photos that the pattern does not match, one sentence or none.
     *
     * @param photos the photos, in the order of the names
     */
    List<String> warnings(GroupPattern pattern, List<LabeledPhoto> photos) {
        int others = Math.toIntExact(names.stream().filter(Objects::isNull).count());
        if (others == 0) {
            return List.of();
        }
        return List.of(
                "--group-by '" + pattern + "' does not match " + others + " of " + names.size() + " photos, such as '"
                        + photos.get(names.indexOf(null)).photo().id() + "'; each of these forms its own group.");
    }

    /** The names of groups that have photos in both of two parts of the list. */
    List<String> across(int firstPart) {
        Set<String> before = new HashSet<>(names.subList(0, firstPart));
        return names.subList(firstPart, names.size()).stream()
                .filter(Objects::nonNull)
                .filter(before::contains)
                .distinct()
                .toList();
    }

    /**
     * A key for each photo, which is the same for those that stay together.
     *
     * @param contents a hash of each photo's content, in hexadecimal
     * @param joined which photos stay together: the first of them, for each
     * @return the least of the hashes of the contents and names of groups that are joined
     */
    List<String> keys(List<String> contents, int[] joined) {
        Map<Integer, String> least = new HashMap<>();
        for (int i = 0; i < joined.length; i++) {
            String name = names.get(i);
            String key = name == null ? contents.get(i) : Sha256.of(name.getBytes(StandardCharsets.UTF_8));
            least.merge(joined[i], key, (a, b) -> a.compareTo(b) <= 0 ? a : b);
        }
        return IntStream.of(joined).mapToObj(least::get).toList();
    }
}
