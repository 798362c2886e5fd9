package org.finetune.data.archive;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/** Paths with braces, such as {@code shards-{000..099}.tar} and {@code part-{a,b}.tar}, as WebDataset and shells have them. */
public final class BracePattern {
    private static final Pattern BRACES = Pattern.compile("\\{([^{}]*)}");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})\\.\\.(\\d{1,9})");
    private static final int MOST = 100_000;

    private BracePattern() {}

    /** Whether a path has braces that stand for several others. */
    public static boolean isOne(Path path) {
        Matcher braces = BRACES.matcher(path.toString());
        return braces.find()
                && (braces.group(1).contains(",")
                        || RANGE.matcher(braces.group(1)).matches());
    }

    /**
     * The paths that a pattern stands for, in order; none for a range that ends before it begins.
     *
     * @throws FinetuneException with {@link ExitCode#USAGE} if they are too many
     */
    public static List<Path> expand(Path pattern) {
        List<Path> paths = new ArrayList<>();
        expand(pattern.toString(), paths);
        if (paths.size() > MOST) {
            throw new FinetuneException(
                    ExitCode.USAGE, "'" + pattern + "' stands for more than " + MOST + " files; correct the braces.");
        }
        return paths;
    }

    private static void expand(String text, List<Path> paths) {
        Matcher braces = BRACES.matcher(text);
        if (!braces.find()) {
            paths.add(Path.of(text));
            return;
        }
        for (String word : words(braces.group(1))) {
            if (paths.size() <= MOST) {
                expand(text.substring(0, braces.start()) + word + text.substring(braces.end()), paths);
            }
        }
    }

    private static List<String> words(String inside) {
        Matcher range = RANGE.matcher(inside);
        if (!range.matches()) {
            return List.of(inside.split(",", -1));
        }
        // As in shells, all numbers have at least as many digits as the first.
        String format = "%0" + range.group(1).length() + "d";
        return IntStream.rangeClosed(Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)))
                .limit(MOST + 1L)
                .mapToObj(number -> String.format(format, number))
                .toList();
    }
}
