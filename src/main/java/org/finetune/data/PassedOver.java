package org.finetune.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What lies among photos and is of finetune's own making.
 *
 * @param directories paths of the directories of runs, sweeps and range tests
 * @param maps number of files of {@code predict --explain}
 */
record PassedOver(List<String> directories, int maps) {
    static final PassedOver NOTHING = new PassedOver(List.of(), 0);

    PassedOver {
        directories = List.copyOf(directories);
    }

    boolean isEmpty() {
        return directories.isEmpty() && maps == 0;
    }

    PassedOver plus(PassedOver other) {
        return new PassedOver(
                Stream.concat(directories.stream(), other.directories.stream()).toList(), maps + other.maps);
    }

    /** What to tell the user, one sentence each. */
    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        if (!directories.isEmpty()) {
            sentences.add("Skipped because finetune wrote "
                    + (directories.size() == 1 ? "it and it contains" : "them and they contain") + " no photos: "
                    + Dataset.names(
                            directories.stream().sorted(CodePointOrder.INSTANCE).toList()) + ".");
        }
        if (maps > 0) {
            sentences.add("Skipped because 'finetune predict --explain' wrote "
                    + (maps == 1 ? "it: 1 map." : "them: " + maps + " maps."));
        }
        return sentences;
    }
}
