package org.finetune.report;

import java.nio.file.Path;
import org.finetune.Printable;
import org.finetune.data.Photo;

/** Names of classes and files as the report shows them. */
final class ShownNames {
    private static final int PLOT_CHARACTERS = 22;
    private static final int SENTENCE_CHARACTERS = 40;

    String of(String name) {
        return Printable.of(name);
    }

    /** The name of a photo without where it lies. */
    String photo(Photo photo) {
        return of(photo.fileName());
    }

    /** The name of a file without its directory. */
    String file(Path path) {
        Path name = path.getFileName();
        return of(name == null ? path.toString() : name.toString());
    }

    /** A name cut to what fits beside a plot. */
    String forPlot(String name) {
        return cut(name, PLOT_CHARACTERS);
    }

    /** A name cut to what fits into a sentence. */
    String forSentence(String name) {
        return cut(name, SENTENCE_CHARACTERS);
    }

    private String cut(String name, int characters) {
        String shown = of(name);
        return shown.codePointCount(0, shown.length()) <= characters
                ? shown
                : shown.substring(0, shown.offsetByCodePoints(0, characters - 1)) + "…";
    }
}
