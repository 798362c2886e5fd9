package org.finetune.train.features;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.finetune.data.decode.ImageInfo;
import org.finetune.data.decode.PerceptualHash;
import org.finetune.data.decode.Preprocessing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageInfoFileTest {
    private static final Map<String, ImageInfo> INFOS = Map.of(
            "a".repeat(64), new ImageInfo("JPEG", 640, 480, 1, new PerceptualHash(-5, 1L << 60)),
            "b".repeat(64), new ImageInfo("PNG", 96, 96, 1, null));

    @TempDir
    private Path directory;

    private ImageInfoFile file() {
        return new ImageInfoFile(directory, new Preprocessing(96), INFOS.keySet());
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
        file().write(INFOS);
        file().write(INFOS);
        only();
        assertEquals(INFOS, file().read());
    }

    @Test
    void aChangedByteOrACutMakesTheFileWorthNothing() throws IOException {
        file().write(INFOS);
        Path file = only();
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 1;
            Files.write(file, damaged);
            Map<String, ImageInfo> read = file().read();
            // White space between the values may be other white space.
            assertEquals(Character.isWhitespace(whole[i]) && !read.isEmpty() ? INFOS : Map.of(), read, "byte " + i);
            Files.write(file, Arrays.copyOf(whole, i));
            assertEquals(Map.of(), file().read(), "cut at " + i);
        }
    }

    @Test
    void descriptionsThatLackSomethingAreWorthNothing() throws IOException {
        Map<String, ImageInfo> lacking = new HashMap<>(INFOS);
        for (ImageInfo info : new ImageInfo[] {null, new ImageInfo(null, 1, 1, 1, null)}) {
            lacking.put("c".repeat(64), info);
            file().write(lacking);
            assertEquals(Map.of(), file().read());
        }
    }
}
