package org.finetune.tune;

import java.nio.file.Path;
import java.util.List;
import org.finetune.run.AtomicFile;
import org.finetune.run.Csv;

/** Writes the steps of learning-rate range tests. */
public final class RangeTestFiles {
    private RangeTestFiles() {}

    /** Writes {@code lr.csv}, a row for each step of each test, into a directory. */
    public static void write(Path directory, List<RateFinding> findings) {
        StringBuilder text =
                new StringBuilder(Csv.line(List.of("phase", "step", "learning_rate", "loss", "smoothed_loss")));
        for (RateFinding finding : findings) {
            int step = 0;
            for (RatePoint point : finding.points()) {
                step++;
                text.append(Csv.line(
                        List.of(finding.phase().label(), step, point.learningRate(), point.loss(), point.smoothed())));
            }
        }
        AtomicFile.write(directory.resolve("lr.csv"), text.toString());
    }
}
