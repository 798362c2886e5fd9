package org.finetune.train.features;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.finetune.data.Augment;
import org.finetune.data.Augmentation;
import org.finetune.data.decode.Preprocessing;
import org.finetune.engine.EngineType;
import org.junit.jupiter.api.Test;

class CacheKeyTest {
    private static final List<String> CONTENTS = List.of("aa", "bb");
    private static final Augmentation FLIP = Augmentation.of(Augment.FLIP, 0, 1);

    private static Extraction extraction(
            String weights, double alpha, int size, EngineType engine, String backend, int batch) {
        return new Extraction(weights, alpha, new Preprocessing(size), 1 << 20, engine, backend, batch);
    }

    private static Extraction extraction() {
        return extraction("ff", 0.35, 96, EngineType.FAST, "CpuBackend, 2 threads", 16);
    }

    private static Augmentation standard(int views, long seed) {
        return Augmentation.of(Augment.STANDARD, views, seed);
    }

    @Test
    void everyIngredientChangesTheKey() {
        List<CacheKey> keys = new ArrayList<>();
        keys.add(CacheKey.of(extraction(), FLIP, "block_5_add", CONTENTS));
        for (Extraction other : List.of(
                extraction("fe", 0.35, 96, EngineType.FAST, "CpuBackend, 2 threads", 16),
                extraction("ff", 0.5, 96, EngineType.FAST, "CpuBackend, 2 threads", 16),
                extraction("ff", 0.35, 97, EngineType.FAST, "CpuBackend, 2 threads", 16),
                extraction("ff", 0.35, 96, EngineType.GRAPH, "CpuBackend, 2 threads", 16),
                extraction("ff", 0.35, 96, EngineType.FAST, "CpuBackend, 4 threads", 16),
                extraction("ff", 0.35, 96, EngineType.FAST, "CpuBackend, 2 threads", 8))) {
            keys.add(CacheKey.of(other, FLIP, "block_5_add", CONTENTS));
        }
        Extraction stricter = new Extraction(
                "ff", 0.35, new Preprocessing(96), 1 << 19, EngineType.FAST, "CpuBackend, 2 threads", 16);
        keys.add(CacheKey.of(stricter, FLIP, "block_5_add", CONTENTS));
        for (Augmentation other :
                List.of(Augmentation.NONE, standard(2, 1), standard(3, 1), standard(2, 2), standard(1, 1))) {
            keys.add(CacheKey.of(extraction(), other, "block_5_add", CONTENTS));
        }
        keys.add(CacheKey.of(extraction(), FLIP, "out_relu", CONTENTS));
        for (List<String> other : List.of(
                List.of("aa", "bc"),
                List.of("bb", "aa"),
                List.of("aa"),
                List.of("aa", "bb", "bb"),
                List.of("aa", ""),
                List.<String>of())) {
            keys.add(CacheKey.of(extraction(), FLIP, "block_5_add", other));
        }
        Set<String> distinct = new TreeSet<>(keys.stream().map(CacheKey::sha256).toList());
        assertEquals(keys.size(), distinct.size());
    }

    @Test
    void seedCountsOnlyWhereViewsAreRandom() {
        assertEquals(
                CacheKey.of(extraction(), FLIP, "a", CONTENTS),
                CacheKey.of(extraction(), Augmentation.of(Augment.FLIP, 0, 2), "a", CONTENTS));
        assertNotEquals(
                CacheKey.of(extraction(), standard(4, 1), "a", CONTENTS),
                CacheKey.of(extraction(), standard(4, 2), "a", CONTENTS));
    }

    /** If this fails, old entries are no longer found: if their numbers are no longer right either, raise the version. */
    @Test
    void keysOfEarlierVersionsStayTheSame() throws Exception {
        String lines =
                """
                version: 3
                weights: ff
                alpha: 0.35
                layer: block_5_add
                preprocessing.version: 2
                preprocessing.size: 96
                preprocessing.resize: stretch
                preprocessing.filter: area to shrink, bilinear to enlarge
                preprocessing.channels: RGB
                preprocessing.scaling: x / 127.5 - 1
                preprocessing.reduction: smallest of 1, 1/2, 1/4, 1/8 not below size
                preprocessing.transparency: on white
                preprocessing.orientation: EXIF applied
                max-pixels: 1048576
                augment: FLIP
                views: 2
                engine: FAST
                backend: CpuBackend, 2 threads
                batch: 16
                image: aa
                image: bb
                """;
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(lines.getBytes(StandardCharsets.UTF_8));
        assertEquals(
                HexFormat.of().formatHex(digest),
                CacheKey.of(extraction(), FLIP, "block_5_add", CONTENTS).sha256());
    }
}
