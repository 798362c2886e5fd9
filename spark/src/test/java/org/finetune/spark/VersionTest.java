package org.finetune.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class VersionTest {
    private static final Pattern VERSION =
            Pattern.compile("<artifactId>finetune(?:-spark)?</artifactId>\\s*<version>([^<]+)</version>");

    private static String version(String pom) throws IOException {
        Matcher matcher = VERSION.matcher(Files.readString(Path.of(pom)));
        matcher.find();
        return matcher.group(1);
    }

    @Test
    void versionIsFinetunes() throws IOException {
        assertEquals(version("../pom.xml"), version("pom.xml"));
    }
}
