package org.finetune.train;

import java.util.List;
import java.util.Set;
import org.finetune.data.BadPhoto;
import org.finetune.data.BadPhotoNotices;
import org.finetune.data.quality.DataReport;
import org.finetune.data.quality.Finding;

/** Tells the user what is the matter with the photos. */
final class PhotoNotices {
    private static final Set<Finding.Kind> SAID_ELSEWHERE =
            Set.of(Finding.Kind.BAD_FILES, Finding.Kind.MISSING_IMAGES, Finding.Kind.FOLDERS);

    private PhotoNotices() {}

    /** Names photos that cannot be used. */
    static void skipped(List<BadPhoto> skipped, TrainingListener listener) {
        BadPhotoNotices notices = new BadPhotoNotices(listener::warning);
        skipped.forEach(notices::add);
        notices.finish("which 'finetune check --format json' lists");
    }

    /** Says what was found in the data, but for what is said elsewhere. */
    static void findings(DataReport report, TrainingListener listener) {
        List<Finding> findings = report.findings().stream()
                .filter(finding -> !SAID_ELSEWHERE.contains(finding.kind()))
                .toList();
        findings.forEach(finding -> listener.warning(finding.message()));
        if (!findings.isEmpty()) {
            listener.info("See data.json in the run directory, or run 'finetune check', for details");
        }
    }
}
