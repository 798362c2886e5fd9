package org.finetune;

import java.nio.file.Path;
import java.util.Map;

/**
 * The user's home directory: what shells call {@code ~}. Java's {@code user.home} is another one where the launcher has set it, so
 * that what libraries leave there, such as a list of fonts, lies in finetune's cache directory.
 */
public final class HomeDirectory {
    private HomeDirectory() {}

    /** The directory that {@code HOME} names, or else that of Java. */
    public static Path get() {
        return of(System.getenv());
    }

    /** The same for another environment. */
    public static Path of(Map<String, String> environment) {
        String home = environment.getOrDefault("HOME", "");
        return Path.of(home.startsWith("/") ? home : System.getProperty("user.home"));
    }
}
