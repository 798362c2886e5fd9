package org.finetune.train;

import java.util.List;
import java.util.Set;
import org.finetune.data.BadImage;
import org.finetune.data.BadImageNotices;
import org.finetune.data.hygiene.DataReport;
import org.finetune.data.hygiene.Finding;

/** Tells the user what is the matter with the images. */
final class ImageNotices {
    private static final Set<Finding.Kind> SAID_ELSEWHERE =
            Set.of(Finding.Kind.BAD_FILES, Finding.Kind.MISSING_IMAGES, Finding.Kind.FOLDERS);

    private ImageNotices() {}

    /** Names images that cannot be used. */
    static void skipped(List<BadImage> skipped, TrainingListener listener) {
        BadImageNotices notices = new BadImageNotices(listener::warning);
        skipped.forEach(notices::add);
        notices.finish("which skipped.csv lists");
    }

    /** Says what was found in the data, but for what is said elsewhere. */
    static void findings(DataReport report, TrainingListener listener) {
        List<Finding> findings = report.findings().stream()
                .filter(finding -> !SAID_ELSEWHERE.contains(finding.kind()))
                .toList();
        findings.forEach(finding -> listener.warning(finding.message()));
        if (!findings.isEmpty()) {
            listener.info("data.json in the run directory and 'finetune check' have the details");
        }
    }
}
