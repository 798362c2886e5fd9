package org.finetune.tune;

import java.util.List;
import java.util.Optional;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;

/**
 * What a sweep tries.
 *
 * @param tries what is tried of each setting, in the grammar of {@link DimensionParser}
 * @param random number of combinations to draw; all of them if empty
 * @param images number of photos, of which all trials must have the same
 */
public record SweepPlan(List<String> tries, Optional<Integer> random, long images) {

    /** The settings that are tried, in the order in which they were named. */
    public List<Setting<?>> settings() {
        return DimensionParser.parseAll(tries).stream()
                .<Setting<?>>map(Dimension::setting)
                .toList();
    }

    /**
     * The combinations to try, in order.
     *
     * @param base the other settings, with the seed of the draws
     * @throws org.finetune.FinetuneException with {@link org.finetune.ExitCode#USAGE} if the plan is wrong
     */
    public List<Combination> combinations(SettingValues base) {
        SearchSpace space = new SearchSpace(tries, base);
        return random.map(count -> space.random(count, base.toTrainSettings().get(Setting.SEED)))
                .orElseGet(space::grid);
    }
}
