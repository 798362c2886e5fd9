package org.finetune.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.finetune.train.head.Pools;
import org.junit.jupiter.api.Test;

class EpochOrderTest {
    private static final int IMAGES = 50;
    private static final int VIEWS = 4;

    private static EpochOrder order(long seed, Phase phase, int epoch) {
        return new EpochOrder(seed, phase, epoch, IMAGES, VIEWS);
    }

    @Test
    void everyImageComesOnce() {
        for (int epoch = 1; epoch <= 20; epoch++) {
            int[] images = Arrays.stream(order(1, Phase.HEAD, epoch).records())
                    .map(record -> record / VIEWS)
                    .sorted()
                    .toArray();
            assertArrayEquals(IntStream.range(0, IMAGES).toArray(), images);
        }
    }

    @Test
    void everyViewAndEveryPlaceIsDrawn() {
        Set<Integer> records = new HashSet<>();
        Set<Integer> placesOfFirst = new HashSet<>();
        for (int epoch = 1; epoch <= 400; epoch++) {
            int[] drawn = order(1, Phase.HEAD, epoch).records();
            for (int place = 0; place < IMAGES; place++) {
                records.add(drawn[place]);
                if (drawn[place] / VIEWS == 0) {
                    placesOfFirst.add(place);
                }
            }
        }
        assertEquals(IMAGES * VIEWS, records.size());
        assertTrue(placesOfFirst.size() > 45, placesOfFirst.toString());
    }

    @Test
    void seedPhaseAndEpochDecide() {
        EpochOrder order = order(7, Phase.HEAD, 3);
        assertArrayEquals(order.records(), order(7, Phase.HEAD, 3).records());
        assertEquals(order.maskSeed(5), order(7, Phase.HEAD, 3).maskSeed(5));
        assertNotEquals(order.maskSeed(5), order.maskSeed(6));
        for (EpochOrder other :
                new EpochOrder[] {order(8, Phase.HEAD, 3), order(7, Phase.FINE_TUNE, 3), order(7, Phase.HEAD, 4)}) {
            assertFalse(Arrays.equals(order.records(), other.records()));
            assertNotEquals(order.maskSeed(0), other.maskSeed(0));
        }
    }

    @Test
    void eachPoolOfManyImagesIsReadInSegmentsFromAllOverTheList() {
        int images = 5 * Pools.SIZE + 1000;
        EpochOrder order = new EpochOrder(3, Phase.FINE_TUNE, 2, images, VIEWS);
        assertTrue(order.hasPools());
        Set<Integer> seen = new HashSet<>();
        for (int start = 0; start < images; start = order.poolEnd(start)) {
            int[] pool = Arrays.stream(order.records(), start, order.poolEnd(start))
                    .map(record -> record / VIEWS)
                    .toArray();
            int[] sorted = Arrays.stream(pool).sorted().toArray();
            assertFalse(Arrays.equals(sorted, pool));
            // A tenth of the list has a tenth of the pool, but for segments at its ends.
            for (int tenth = 0; tenth < 10; tenth++) {
                int low = images / 10 * tenth;
                long share = Arrays.stream(pool)
                        .filter(image -> image >= low && image < low + images / 10)
                        .count();
                assertEquals(pool.length / 10.0, (double) share, 80);
            }
            long gaps = IntStream.range(1, sorted.length)
                    .filter(i -> sorted[i] != sorted[i - 1] + 1)
                    .count();
            assertTrue(gaps <= pool.length / 32 + 1, gaps + " gaps");
            Arrays.stream(pool).forEach(seen::add);
        }
        assertEquals(images, seen.size());
    }

    @Test
    void fewImagesAreOnePool() {
        EpochOrder order = new EpochOrder(3, Phase.HEAD, 1, Pools.SIZE, 1);
        assertFalse(order.hasPools());
        assertEquals(Pools.SIZE, order.poolEnd(0));
        assertEquals(Pools.SIZE, order.poolEnd(Pools.SIZE - 1));
    }

    @Test
    void singleImageWithOneView() {
        assertArrayEquals(new int[] {0}, new EpochOrder(1, Phase.HEAD, 1, 1, 1).records());
    }
}
