package org.finetune.data.split;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression by which the path of a photo names its group, such as a patient or a tile.
 *
 * @param pattern what is looked for anywhere in the path
 */
public record GroupPattern(Pattern pattern) {

    /**
     * The pattern of a regular expression of Java's.
     *
     * @throws PatternSyntaxException if it is none
     */
    public static GroupPattern of(String expression) {
        return new GroupPattern(Pattern.compile(expression));
    }

    /**
     * The group of a photo: what the first capturing group matches or, if the expression has none, the whole match. Nothing
     * if the path does not match, or the name would be empty.
     *
     * @param path the photo's path below the directory of the data, with whatever separators the system has
     */
    public Optional<String> groupOf(Path path) {
        StringBuilder text = new StringBuilder();
        for (Path name : path) {
            text.append(text.isEmpty() ? "" : "/").append(name);
        }
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            return Optional.empty();
        }
        String group = matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
        return Optional.ofNullable(group).filter(name -> !name.isEmpty());
    }

    @Override
    public String toString() {
        return pattern.pattern();
    }
}
