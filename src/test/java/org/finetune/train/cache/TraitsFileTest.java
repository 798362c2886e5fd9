package org.finetune.train.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.finetune.data.ImageTraits;
import org.finetune.data.PerceptualHash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraitsFileTest {
    private static final Map<String, ImageTraits> TRAITS = Map.of(
            "a".repeat(64), new ImageTraits("JPEG", 640, 480, new PerceptualHash(-5, 1L << 60)),
            "b".repeat(64), new ImageTraits("PNG", 96, 96, null));

    @TempDir
    private Path directory;

    private TraitsFile file() {
        return new TraitsFile(directory, 96, TRAITS.keySet());
    }

    private Path only() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> all = files.toList();
            assertEquals(1, all.size(), all.toString());
            return all.get(0);
        }
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        assertEquals(Map.of(), file().read());
        file().write(TRAITS);
        file().write(TRAITS);
        only();
        assertEquals(TRAITS, file().read());
    }

    @Test
    void aChangedByteOrACutMakesTheFileWorthNothing() throws IOException {
        file().write(TRAITS);
        Path file = only();
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 1;
            Files.write(file, damaged);
            Map<String, ImageTraits> read = file().read();
            // White space between the values may be other white space.
            assertEquals(Character.isWhitespace(whole[i]) && !read.isEmpty() ? TRAITS : Map.of(), read, "byte " + i);
            Files.write(file, Arrays.copyOf(whole, i));
            assertEquals(Map.of(), file().read(), "cut at " + i);
        }
    }

    @Test
    void descriptionsThatLackSomethingAreWorthNothing() throws IOException {
        Map<String, ImageTraits> lacking = new HashMap<>(TRAITS);
        for (ImageTraits traits : new ImageTraits[] {null, new ImageTraits(null, 1, 1, null)}) {
            lacking.put("c".repeat(64), traits);
            file().write(lacking);
            assertEquals(Map.of(), file().read());
        }
    }
}
