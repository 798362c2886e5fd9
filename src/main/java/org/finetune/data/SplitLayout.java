package org.finetune.data;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/**
 * The parts of a directory of photos that is divided already, told by the names of its sub-directories: {@code train} and
 * {@code val}, but also {@code Training} and {@code Testing}, {@code train_images} and {@code test_images}, or
 * {@code seg_train} and {@code seg_test}.
 *
 * @param root the directory
 * @param parts the directory of each part that is there; where it has nothing but a directory of the same kind of name, such
 *     as {@code train/train}, that one
 * @param others the sub-directories that are no part
 * @param own the sub-directories that hold nothing but what finetune has written
 */
record SplitLayout(PhotoTree root, Map<SplitPart, PhotoTree> parts, List<PhotoTree> others, List<PhotoTree> own) {
    /** What goes with the word for a part and says nothing, such as a year. */
    private static final String FILLER =
            "(?:data|dataset|set|images?|imgs?|photos?|pictures?|pics?|split|folder|dir|samples?|\\p{N}+)";

    private static final Pattern FILLED = Pattern.compile(FILLER);

    /** Where names are divided into words, such as in {@code train_set}, {@code TrainSet} and {@code train2017}. */
    private static final Pattern BETWEEN_WORDS =
            Pattern.compile("[^\\p{L}\\p{N}]+|(?<=\\p{Ll})(?=\\p{Lu})|(?<=\\p{L})(?=\\p{N})");

    private static final Map<SplitPart, Pattern> WORDS = words();

    private static final int COMMON = 2;

    /** What a name says: the part, and the other words, by which parts belong together. */
    private record PartName(SplitPart part, String rest) {}

    private static Map<SplitPart, Pattern> words() {
        Map<SplitPart, Pattern> words = new EnumMap<>(SplitPart.class);
        for (SplitPart part : SplitPart.values()) {
            words.put(part, Pattern.compile("(?:" + part.words() + ")" + FILLER + "?"));
        }
        return words;
    }

    /**
     * The parts of a directory, or nothing if its sub-directories are classes.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if it cannot be read, or it looks divided in a way that is not
     *     known
     */
    static Optional<SplitLayout> of(PhotoTree root) {
        List<PhotoTree> all = root.subdirectories();
        List<PhotoTree> own = all.stream().filter(SplitLayout::holdsOutputOnly).toList();
        List<PhotoTree> directories =
                all.stream().filter(directory -> !own.contains(directory)).toList();
        Map<String, Map<SplitPart, List<PhotoTree>>> candidates = new LinkedHashMap<>();
        for (PhotoTree directory : directories) {
            partName(directory).ifPresent(name -> candidates
                    .computeIfAbsent(name.rest(), rest -> new EnumMap<>(SplitPart.class))
                    .computeIfAbsent(name.part(), part -> new ArrayList<>())
                    .add(directory));
        }
        candidates.values().removeIf(parts -> !isSplit(parts, directories));
        if (candidates.isEmpty()) {
            refuseUnknownSplit(root, directories);
            return Optional.empty();
        }
        // Beside train and val there may be smaller ones, such as train_small and val_small.
        Map<SplitPart, List<PhotoTree>> chosen =
                candidates.size() == 1 ? candidates.values().iterator().next() : candidates.get("");
        if (chosen == null || chosen.values().stream().anyMatch(same -> same.size() > 1)) {
            List<PhotoTree> alike = (chosen == null ? candidates.values().stream() : Stream.of(chosen))
                    .flatMap(parts -> parts.values().stream())
                    .flatMap(List::stream)
                    .toList();
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + root + "' looks split in several ways: " + names(alike)
                            + "; keep one directory for each part, named train, val and test, and move the "
                            + "others elsewhere.");
        }
        Map<SplitPart, PhotoTree> parts = new EnumMap<>(SplitPart.class);
        chosen.forEach((part, same) -> parts.put(part, innermost(part, same.get(0))));
        List<PhotoTree> others = directories.stream()
                .filter(directory -> chosen.values().stream().noneMatch(same -> same.contains(directory)))
                .toList();
        return Optional.of(new SplitLayout(root, parts, others, own));
    }

    private static boolean holdsOutputOnly(PhotoTree directory) {
        if (directory.isOutput()) {
            return true;
        }
        List<PhotoTree> inside = directory.subdirectories();
        return !inside.isEmpty()
                && inside.stream().allMatch(PhotoTree::isOutput)
                && !ClassDirectories.holdsPhotos(directory);
    }

    private static Optional<PartName> partName(PhotoTree directory) {
        List<String> rest = new ArrayList<>();
        Set<SplitPart> found = new HashSet<>();
        String[] words = BETWEEN_WORDS.split(directory.name());
        for (String written : words) {
            String word = written.toLowerCase(Locale.ROOT);
            Optional<SplitPart> part = Stream.of(SplitPart.values())
                    .filter(candidate -> WORDS.get(candidate).matcher(word).matches())
                    .findFirst();
            part.ifPresent(found::add);
            if (part.isEmpty() && !FILLED.matcher(word).matches()) {
                rest.add(word);
            }
        }
        return found.size() == 1
                ? Optional.of(new PartName(found.iterator().next(), String.join(" ", rest)))
                : Optional.empty();
    }

    /** Whether directories are parts, and not classes that happen to have such names. */
    private static boolean isSplit(Map<SplitPart, List<PhotoTree>> parts, List<PhotoTree> directories) {
        boolean several = parts.size() > 1 && (parts.containsKey(SplitPart.TRAIN) || hasClasses(parts));
        return several || (directories.size() == 1 && hasClasses(parts));
    }

    private static boolean hasClasses(Map<SplitPart, List<PhotoTree>> parts) {
        return parts.values().stream().flatMap(List::stream).anyMatch(SplitLayout::hasSubdirectories);
    }

    private static boolean hasSubdirectories(PhotoTree directory) {
        return !directory.subdirectories().isEmpty();
    }

    /** Archives often hold a directory in one of the same name. */
    private static PhotoTree innermost(SplitPart part, PhotoTree directory) {
        List<PhotoTree> inside = directory.subdirectories();
        boolean sole = inside.size() == 1
                && partName(inside.get(0)).filter(name -> name.part() == part).isPresent();
        return sole ? innermost(part, inside.get(0)) : directory;
    }

    /** Classes whose directories have the same sub-directories and nothing else are none. */
    private static void refuseUnknownSplit(PhotoTree root, List<PhotoTree> directories) {
        for (PhotoTree directory : directories) {
            boolean training = partName(directory)
                    .filter(name -> name.part() == SplitPart.TRAIN)
                    .isPresent();
            if (training && directories.size() > 1 && holdsOnlyDirectories(directory)) {
                throw new FinetuneException(
                        ExitCode.DATA,
                        "'" + directory + "' looks like the training photos of a split, but no directory next "
                                + "to it looks like its validation photos; name that one val, use --data " + directory
                                + " only, or rename the directory if it is a class.");
            }
        }
        Set<String> common = null;
        for (PhotoTree directory : directories) {
            if (!holdsOnlyDirectories(directory)) {
                return;
            }
            Set<String> names = new HashSet<>();
            directory.subdirectories().forEach(inside -> names.add(inside.name()));
            if (common == null) {
                common = names;
            } else {
                common.retainAll(names);
            }
            if (common.size() < COMMON) {
                return;
            }
        }
        if (directories.size() > 1) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + root + "' looks split, but the names of its parts are not known: its directories "
                            + names(directories) + " all have the sub-directories "
                            + Dataset.names(common.stream()
                                    .sorted(CodePointOrder.INSTANCE)
                                    .toList())
                            + "; name the parts train, val and test, or, if they are classes, put the photos "
                            + "directly into each class directory.");
        }
    }

    private static boolean holdsOnlyDirectories(PhotoTree directory) {
        return directory.subdirectories().size() >= COMMON && !ClassDirectories.holdsPhotos(directory);
    }

    private static String names(List<PhotoTree> directories) {
        return Dataset.names(
                directories.stream().map(directory -> directory.name()).toList());
    }

    /** What finetune has written beside the parts. */
    PassedOver passedOver() {
        return new PassedOver(own.stream().map(PhotoTree::toString).toList(), 0);
    }

    /** The directory of a part. */
    Optional<PhotoTree> part(SplitPart part) {
        return Optional.ofNullable(parts.get(part));
    }

    /** The directory of a part, if it has directories of classes rather than loose photos. */
    Optional<PhotoTree> labeled(SplitPart part) {
        return part(part).filter(SplitLayout::hasSubdirectories);
    }

    /** What the parts are called, for a message. */
    String partNames() {
        return Dataset.names(parts.keySet().stream().map(SplitPart::toString).toList());
    }

    /** What the directories that are no part are called. */
    List<String> otherNames() {
        return others.stream().map(directory -> directory.name()).toList();
    }
}
