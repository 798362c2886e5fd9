package org.finetune.train.features;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.finetune.data.Augment;
import org.finetune.data.Augmentation;
import org.finetune.data.decode.Preprocessing;
import org.finetune.engine.EngineType;
import org.finetune.model.Architecture;
import org.finetune.model.KerasLayer;
import org.finetune.model.Weights;
import org.finetune.testing.RandomWeights;
import org.junit.jupiter.api.Test;

class CacheKeyTest {
    private static final List<String> CONTENTS = List.of("aa", "bb");
    private static final Architecture ARCHITECTURE = Architecture.of(0.35, 96);
    private static final KerasLayer LAYER = ARCHITECTURE.layer("block_5_add");
    private static final KerasLayer OTHER = ARCHITECTURE.layer("out_relu");
    private static final Augmentation FLIP = Augmentation.of(Augment.FLIP, 0, 1);

    private static ParameterDigests parameters(String digest) {
        return new ParameterDigests(Map.of(LAYER.name(), digest, OTHER.name(), digest));
    }

    private static Extraction extraction(
            String weights, double alpha, int size, EngineType engine, String backend, int batch) {
        return new Extraction(
                parameters(weights), Optional.empty(), alpha, new Preprocessing(size), 1 << 20, engine, backend, batch);
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
        keys.add(CacheKey.of(extraction(), FLIP, LAYER, CONTENTS));
        for (Extraction other : List.of(
                extraction("fe", 0.35, 96, EngineType.FAST, "CpuBackend, 2 threads", 16),
                extraction("ff", 0.5, 96, EngineType.FAST, "CpuBackend, 2 threads", 16),
                extraction("ff", 0.35, 97, EngineType.FAST, "CpuBackend, 2 threads", 16),
                extraction("ff", 0.35, 96, EngineType.GRAPH, "CpuBackend, 2 threads", 16),
                extraction("ff", 0.35, 96, EngineType.FAST, "CpuBackend, 4 threads", 16),
                extraction("ff", 0.35, 96, EngineType.FAST, "CpuBackend, 2 threads", 8))) {
            keys.add(CacheKey.of(other, FLIP, LAYER, CONTENTS));
        }
        Extraction stricter = new Extraction(
                parameters("ff"),
                Optional.empty(),
                0.35,
                new Preprocessing(96),
                1 << 19,
                EngineType.FAST,
                "CpuBackend, 2 threads",
                16);
        keys.add(CacheKey.of(stricter, FLIP, LAYER, CONTENTS));
        for (Augmentation other :
                List.of(Augmentation.NONE, standard(2, 1), standard(3, 1), standard(2, 2), standard(1, 1))) {
            keys.add(CacheKey.of(extraction(), other, LAYER, CONTENTS));
        }
        keys.add(CacheKey.of(extraction(), FLIP, OTHER, CONTENTS));
        Extraction divided = new Extraction(
                parameters("ff"),
                Optional.of(ARCHITECTURE.layer("block_4_add")),
                0.35,
                new Preprocessing(96),
                1 << 20,
                EngineType.FAST,
                "CpuBackend, 2 threads",
                16);
        keys.add(CacheKey.of(divided, FLIP, LAYER, CONTENTS));
        for (List<String> other : List.of(
                List.of("aa", "bc"),
                List.of("bb", "aa"),
                List.of("aa"),
                List.of("aa", "bb", "bb"),
                List.of("aa", ""),
                List.<String>of())) {
            keys.add(CacheKey.of(extraction(), FLIP, LAYER, other));
        }
        Set<String> distinct = new TreeSet<>(keys.stream().map(CacheKey::sha256).toList());
        assertEquals(keys.size(), distinct.size());
    }

    @Test
    void seedCountsOnlyWhereViewsAreRandom() {
        assertEquals(
                CacheKey.of(extraction(), FLIP, LAYER, CONTENTS),
                CacheKey.of(extraction(), Augmentation.of(Augment.FLIP, 0, 2), LAYER, CONTENTS));
        assertNotEquals(
                CacheKey.of(extraction(), standard(4, 1), LAYER, CONTENTS),
                CacheKey.of(extraction(), standard(4, 2), LAYER, CONTENTS));
    }

    /** The layers up to one that differs have the same digests, and those from it on have not. */
    @Test
    void parametersCountUpToTheLayer() {
        Weights weights = RandomWeights.of(ARCHITECTURE.network(2), 5);
        ParameterDigests digests = ParameterDigests.of(ARCHITECTURE.base(), weights);
        weights.get("block_5_project_BN", "moving_mean").values()[3] = 7;
        ParameterDigests others = ParameterDigests.of(ARCHITECTURE.base(), weights);
        for (KerasLayer layer : ARCHITECTURE.base()) {
            boolean before =
                    layer.index() < ARCHITECTURE.layer("block_5_project_BN").index();
            assertEquals(before, digests.of(layer).equals(others.of(layer)), layer.name());
        }
    }

    /** If this fails, old entries are no longer found: if their numbers are no longer right either, raise the version. */
    @Test
    void keysOfEarlierVersionsStayTheSame() throws Exception {
        String lines =
                """
                version: 4
                parameters: ff
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
                CacheKey.of(extraction(), FLIP, LAYER, CONTENTS).sha256());
    }
}
