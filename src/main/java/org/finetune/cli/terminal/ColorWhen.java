package org.finetune.cli.terminal;

import java.util.Locale;
import java.util.Map;

/** When output is coloured. */
public enum ColorWhen {
    /** On a terminal, unless the environment says otherwise. */
    AUTO,
    ALWAYS,
    NEVER;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static final String NO = "0";

    /**
     * Decides for a stream. With {@link #AUTO} a {@code NO_COLOR} that is not empty forbids colours, else a
     * {@code CLICOLOR_FORCE} other than 0 demands them, else a terminal gets them unless {@code CLICOLOR} is 0.
     *
     * @param terminal whether the stream goes to a terminal
     * @param environment the variables of the environment
     */
    boolean colors(boolean terminal, Map<String, String> environment) {
        return switch (this) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO -> {
                String force = environment.getOrDefault("CLICOLOR_FORCE", "");
                if (!environment.getOrDefault("NO_COLOR", "").isEmpty()) {
                    yield false;
                } else if (!force.isEmpty() && !force.equals(NO)) {
                    yield true;
                }
                yield terminal && !NO.equals(environment.get("CLICOLOR"));
            }
        };
    }
}
