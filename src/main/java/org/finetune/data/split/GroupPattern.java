package org.finetune.data.split;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression by which the name of a photo in its source names its group, such as a patient or a tile.
 *
 * @param pattern what is looked for anywhere in the name
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
     * if the name does not match, or the group would have an empty name.
     *
     * @param photo the photo's name in its source, with {@code /} between directories; one at its beginning is left out
     */
    public Optional<String> groupOf(String photo) {
        Matcher matcher = pattern.matcher(photo.startsWith("/") ? photo.substring(1) : photo);
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
