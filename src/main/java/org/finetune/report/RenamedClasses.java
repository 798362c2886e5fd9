package org.finetune.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.run.AtomicFile;

/** Says in the report of a run that classes have other names now. Its plots and photos stay as they are. */
public final class RenamedClasses {
    private static final Pattern NOTE = Pattern.compile("<aside id=\"renamed\".*?</aside>\n?", Pattern.DOTALL);
    /** Where the note is put. Texts from outside are escaped, so that none of them looks like it. */
    private static final String PLACE = "<header>";

    private RenamedClasses() {}

    /** A class with its name in training and another one now. */
    record Renaming(String former, String name) {}

    /**
     * Puts the note into the report, or takes it out where all classes have their names of the training.
     *
     * @param trained names of the classes in training, by label
     * @param names their names now
     * @throws IOException if the report cannot be read
     * @throws FinetuneException with {@link ExitCode#DATA} if it cannot be written
     */
    public static void note(Path report, List<String> trained, List<String> names) throws IOException {
        List<Renaming> renamings = IntStream.range(0, names.size())
                .filter(label -> !names.get(label).equals(trained.get(label)))
                .mapToObj(label -> new Renaming(trained.get(label), names.get(label)))
                .toList();
        String page = NOTE.matcher(Files.readString(report)).replaceFirst("");
        int place = page.indexOf(PLACE);
        if (!renamings.isEmpty() && place >= 0) {
            page = page.substring(0, place) + HtmlPage.render("renamed.jte", renamings) + page.substring(place);
        }
        AtomicFile.write(report, page);
    }
}
