package org.finetune.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import picocli.CommandLine.IVersionProvider;

/** The versions of finetune and of what it is built on, as the build has written them down. */
final class Versions implements IVersionProvider {
    private final Properties versions = new Properties();

    Versions() {
        try (InputStream in = Versions.class.getResourceAsStream("versions.properties")) {
            versions.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The version of a component: {@code finetune}, {@code deeplearning4j} or {@code opencv}. */
    String of(String component) {
        return versions.getProperty(component);
    }

    /** The versions by component, and that of Java. */
    Map<String, String> toMap() {
        Map<String, String> map = new TreeMap<>();
        versions.stringPropertyNames().forEach(component -> map.put(component, of(component)));
        map.put("java", System.getProperty("java.version"));
        return map;
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "finetune " + of("finetune"),
            "Deeplearning4j and ND4J " + of("deeplearning4j") + ", OpenCV " + of("opencv"),
            "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + "), "
                    + System.getProperty("os.name") + " " + System.getProperty("os.arch")
        };
    }
}
