package org.finetune.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** Recognizes the directories of runs, sweeps and range tests, whose plots are no photos. */
public final class OutputDirectory {
    /** Only runs have it, and all of them. */
    private static final String LOG = "finetune.log";

    private static final List<String> NAMES = List.of(
            "config.yaml",
            "model.zip",
            "labels.txt",
            "history.csv",
            "metrics.json",
            "timings.json",
            "images.jsonl",
            "data.json",
            "predictions.csv",
            "report.html",
            "skipped.csv",
            "results.csv",
            "results.json",
            "lr.csv",
            "lr-head.svg",
            "lr-head.png",
            "lr-fine-tune.svg",
            "lr-fine-tune.png");

    /** How many of the names no other directory has by chance. */
    private static final int ENOUGH = 3;

    private OutputDirectory() {}

    /** Whether finetune has written a directory, or the directory is a copy that has at least some of its files. */
    public static boolean isOne(Path directory) {
        return isOne(name -> Files.exists(directory.resolve(name)));
    }

    /**
     * The same of a directory that is not on disk.
     *
     * @param hasFile whether it has a file of a name
     */
    public static boolean isOne(Predicate<String> hasFile) {
        return hasFile.test(LOG) || NAMES.stream().filter(hasFile).limit(ENOUGH).count() == ENOUGH;
    }
}
