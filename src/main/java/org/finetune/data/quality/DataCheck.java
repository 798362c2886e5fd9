package org.finetune.data.quality;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.finetune.data.BadPhoto;
import org.finetune.data.BadPhotoPolicy;
import org.finetune.data.decode.ImageInfo;

/**
 * Makes a {@link DataReport}.
 *
 * @param classes names of the classes by label
 * @param policy how many bad files are tolerated
 * @param size height and width of the network's input in pixels
 */
public record DataCheck(List<String> classes, BadPhotoPolicy policy, int size) {

    public DataCheck {
        classes = List.copyOf(classes);
    }

    /**
     * Checks images.
     *
     * @param images those that can be used, by side, class and path
     * @param bad those that cannot
     * @param folders what is to be said about the layout of the directories, one sentence each
     */
    public DataReport report(List<CheckedPhoto> images, List<BadPhoto> bad, List<String> folders) {
        List<ClassCount> counts = counts(images);
        ImageSizes sizes = sizes(images);
        List<DuplicateGroup> duplicates = Duplicates.find(classes, images);
        List<DataReport.BadFile> badFiles = bad.stream()
                .map(image -> new DataReport.BadFile(image.path().toString(), image.reason()))
                .toList();
        List<Finding> findings = new ArrayList<>(new Findings(counts, duplicates, sizes)
                .of(bad.size(), policy.isExceeded(bad.size(), images.size() + bad.size())));
        folders.forEach(sentence -> findings.add(new Finding(Severity.WARNING, Finding.Kind.FOLDERS, 1, sentence)));
        return new DataReport(counts, formats(images), sizes, duplicates, badFiles, findings);
    }

    private List<ClassCount> counts(List<CheckedPhoto> images) {
        int[][] counts = new int[classes.size()][Split.values().length];
        images.forEach(image -> counts[image.label()][image.side().ordinal()]++);
        return IntStream.range(0, classes.size())
                .mapToObj(label -> new ClassCount(
                        classes.get(label),
                        counts[label][Split.TRAIN.ordinal()],
                        counts[label][Split.VALIDATION.ordinal()]))
                .toList();
    }

    private static List<ImageInfo> traits(List<CheckedPhoto> images) {
        return images.stream()
                .map(CheckedPhoto::traits)
                .filter(traits -> traits != null)
                .toList();
    }

    private static SortedMap<String, Integer> formats(List<CheckedPhoto> images) {
        return traits(images).stream()
                .collect(Collectors.toMap(ImageInfo::format, traits -> 1, Integer::sum, TreeMap::new));
    }

    private ImageSizes sizes(List<CheckedPhoto> images) {
        List<ImageInfo> traits = traits(images);
        if (traits.isEmpty()) {
            return null;
        }
        int[] widths = traits.stream().mapToInt(ImageInfo::width).sorted().toArray();
        int[] heights = traits.stream().mapToInt(ImageInfo::height).sorted().toArray();
        int last = traits.size() - 1;
        long small = traits.stream()
                .filter(image -> 2 * Math.min(image.width(), image.height()) < size)
                .count();
        return new ImageSizes(
                widths[0],
                widths[last / 2],
                widths[last],
                heights[0],
                heights[last / 2],
                heights[last],
                Math.toIntExact(small));
    }
}
