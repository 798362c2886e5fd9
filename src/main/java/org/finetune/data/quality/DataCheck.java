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
 * Checks a set of photos as a whole, each of which was checked by itself, and makes a {@link DataReport}.
 *
 * @param classes names of the classes by label
 * @param policy how many bad files are tolerated
 * @param size height and width of the network's input in pixels
 * @param weighted whether training weighs rare classes more already
 * @param crossValidated whether training photos are validated with in turns, so that there need not be others
 * @param divided whether photos were divided, so that validation photos that look like training photos are left out
 */
public record DataCheck(
        List<String> classes,
        BadPhotoPolicy policy,
        int size,
        boolean weighted,
        boolean crossValidated,
        boolean divided) {

    public DataCheck {
        classes = List.copyOf(classes);
    }

    /**
     * Checks photos.
     *
     * @param photos those that can be used, by split, class and path
     * @param bad those that cannot
     * @param folders what is to be said about the layout of the directories, one sentence each
     */
    public DataReport report(List<CheckedPhoto> photos, List<BadPhoto> bad, List<String> folders) {
        List<ClassCount> counts = counts(photos);
        ImageSizes sizes = sizes(photos);
        List<DuplicateGroup> duplicates = Duplicates.find(classes, photos);
        List<DataReport.BadFile> badFiles = bad.stream()
                .map(photo -> new DataReport.BadFile(photo.id(), photo.reason()))
                .toList();
        List<Finding> findings = new ArrayList<>(new Findings(this, counts, duplicates, sizes, severalPages(photos))
                .of(bad.size(), policy.isExceeded(bad.size(), photos.size() + bad.size())));
        folders.forEach(sentence -> findings.add(new Finding(Severity.WARNING, Finding.Kind.FOLDERS, 1, sentence)));
        return new DataReport(counts, formats(photos), sizes, duplicates, badFiles, findings);
    }

    private List<ClassCount> counts(List<CheckedPhoto> photos) {
        int[][] counts = new int[classes.size()][Split.values().length];
        photos.forEach(photo -> counts[photo.label()][photo.split().ordinal()]++);
        return IntStream.range(0, classes.size())
                .mapToObj(label -> new ClassCount(
                        classes.get(label),
                        counts[label][Split.TRAIN.ordinal()],
                        counts[label][Split.VALIDATION.ordinal()]))
                .toList();
    }

    private static List<ImageInfo> infos(List<CheckedPhoto> photos) {
        return photos.stream().flatMap(photo -> photo.info().stream()).toList();
    }

    private static SortedMap<String, Integer> formats(List<CheckedPhoto> photos) {
        return infos(photos).stream()
                .collect(Collectors.toMap(ImageInfo::format, info -> 1, Integer::sum, TreeMap::new));
    }

    private static int severalPages(List<CheckedPhoto> photos) {
        return Math.toIntExact(
                infos(photos).stream().filter(info -> info.pages() > 1).count());
    }

    private ImageSizes sizes(List<CheckedPhoto> photos) {
        List<ImageInfo> infos = infos(photos);
        if (infos.isEmpty()) {
            return null;
        }
        int[] widths = infos.stream().mapToInt(ImageInfo::width).sorted().toArray();
        int[] heights = infos.stream().mapToInt(ImageInfo::height).sorted().toArray();
        int last = infos.size() - 1;
        long small = infos.stream()
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
