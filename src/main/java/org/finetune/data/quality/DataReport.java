package org.finetune.data.quality;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What there is to know about a set of photos before training on it.
 *
 * @param classes usable photos of each class, in the order of the labels
 * @param formats number of usable photos of each format, such as JPEG
 * @param sizes sizes of the usable photos, or null if there are none
 * @param duplicates photos that are the same or look alike; exact ones first, and those across classes before others
 * @param bad files that cannot be used
 * @param findings what the user should know, errors first
 */
public record DataReport(
        List<ClassCount> classes,
        SortedMap<String, Integer> formats,
        ImageSizes sizes,
        List<DuplicateGroup> duplicates,
        List<BadFile> bad,
        List<Finding> findings) {

    /**
     * A file that cannot be used.
     *
     * @param path the file
     * @param reason a few words
     */
    public record BadFile(String path, String reason) {}

    public DataReport {
        classes = List.copyOf(classes);
        formats = new TreeMap<>(formats);
        duplicates = List.copyOf(duplicates);
        bad = List.copyOf(bad);
        findings = List.copyOf(findings);
    }

    /** Number of usable training photos. */
    public int trainImages() {
        return classes.stream().mapToInt(ClassCount::train).sum();
    }

    /** Number of usable validation photos. */
    public int validationImages() {
        return classes.stream().mapToInt(ClassCount::validation).sum();
    }

    /** Whether one of the findings is an error. */
    public boolean hasErrors() {
        return findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR);
    }
}
