package org.finetune.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.finetune.FinetuneException;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import org.finetune.settings.SettingsLoader;
import org.finetune.settings.TrainSettings;
import org.finetune.settings.Unfreezing;
import org.junit.jupiter.api.Test;

class SearchSpaceTest {
    private static final SettingValues BASE =
            new SettingsLoader(Path.of("no such installation")).load(null, new SettingValues());

    private static SearchSpace space(String... tries) {
        return new SearchSpace(List.of(tries), BASE);
    }

    private static List<String> grid(String... tries) {
        return space(tries).grid().stream().map(Combination::toString).toList();
    }

    @Test
    void aGridHasEveryCombination() {
        assertEquals(
                List.of(
                        "dropout 0, label-smoothing 0",
                        "dropout 0, label-smoothing 0.1",
                        "dropout 0.2, label-smoothing 0",
                        "dropout 0.2, label-smoothing 0.1"),
                grid("dropout=0,0.2", "label-smoothing=0,0.1"));
    }

    @Test
    void whatIsSharedVariesSlowest() {
        assertEquals(
                List.of(
                        "lr 1e-5, dropout 0, alpha 0.35",
                        "lr 1e-4, dropout 0, alpha 0.35",
                        "lr 1e-5, dropout 0.2, alpha 0.35",
                        "lr 1e-4, dropout 0.2, alpha 0.35",
                        "lr 1e-5, dropout 0, alpha 1.0",
                        "lr 1e-4, dropout 0, alpha 1.0",
                        "lr 1e-5, dropout 0.2, alpha 1.0",
                        "lr 1e-4, dropout 0.2, alpha 1.0"),
                grid("lr=1e-5,1e-4", "dropout=0,0.2", "alpha=0.35,1.0"));
    }

    @Test
    void withoutPhaseTwoItsSettingsAreNotTried() {
        assertEquals(
                List.of("unfreeze 0", "unfreeze 20, lr 1e-5", "unfreeze 20, lr 1e-4"),
                grid("unfreeze=0,1,20", "lr=1e-5,1e-4"));
        assertEquals(List.of("lr 1e-5, epochs 5", "epochs 0", "lr 1e-4, epochs 5"), grid("lr=1e-5,1e-4", "epochs=5,0"));
    }

    @Test
    void combinationsAreLaidOverTheOtherSettings() {
        TrainSettings settings =
                space("unfreeze=all", "lr=1e-4").grid().get(0).over(BASE).toTrainSettings();
        assertEquals(Unfreezing.of(Unfreezing.ALL), settings.get(Setting.UNFREEZE));
        assertEquals(Optional.of(1e-4), settings.get(Setting.LR));
        assertEquals(BASE.toTrainSettings().get(Setting.HEAD_LR), settings.get(Setting.HEAD_LR));
        assertEquals(Unfreezing.of(20), BASE.get(Setting.UNFREEZE));
    }

    @Test
    void tooLargeGridsAreRefused() {
        FinetuneException failure =
                assertThrows(FinetuneException.class, () -> grid("seed=1..1000:1000", "dropout=0..0.5:100"));
        assertTrue(failure.getMessage().contains("--random"), failure.getMessage());
    }

    @Test
    void drawsDifferAndFollowFromTheSeed() {
        SearchSpace space = space("lr=1e-5..1e-3", "unfreeze=0,20,60");
        List<Combination> drawn = space.random(20, 3);
        assertEquals(20, drawn.size());
        assertEquals(20, new HashSet<>(drawn).size());
        assertEquals(drawn, space.random(20, 3));
        assertEquals(drawn.subList(0, 5), space.random(5, 3));
        assertTrue(drawn.stream()
                        .filter(each -> each.value(Setting.UNFREEZE).equals("0"))
                        .count()
                <= 1);
    }

    @Test
    void drawsEndWhenNothingIsLeft() {
        List<Combination> drawn = space("unfreeze=0,20,60", "dropout=0,0.2").random(100, 1);
        assertEquals(6, drawn.size());
    }

    @Test
    void logarithmicDrawsAreAsManyInEachDecade() {
        int low = 0;
        for (Combination drawn : space("lr=1e-5..1e-3").random(400, 5)) {
            double rate = drawn.over(BASE).get(Setting.LR).orElseThrow();
            assertTrue(rate >= 1e-5 && rate <= 1e-3, drawn.toString());
            low += rate < 1e-4 ? 1 : 0;
        }
        // Within four standard deviations of a half.
        assertTrue(low > 160 && low < 240, low + " of 400 are in the lower decade");
    }
}
