package org.finetune.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightsDirectoriesTest {
    @Test
    void cacheDirectoryFollowsTheSpecification() {
        Path byDefault = Path.of(System.getProperty("user.home"), ".cache", "finetune", "weights");
        assertEquals(byDefault, WeightsDirectories.cacheDirectory(Map.of()));
        assertEquals(byDefault, WeightsDirectories.cacheDirectory(Map.of("XDG_CACHE_HOME", "relative")));
        assertEquals(Path.of("/h/.cache/finetune/weights"), WeightsDirectories.cacheDirectory(Map.of("HOME", "/h")));
        assertEquals(Path.of("/c/finetune/weights"), WeightsDirectories.cacheDirectory(Map.of("XDG_CACHE_HOME", "/c")));
    }
}
