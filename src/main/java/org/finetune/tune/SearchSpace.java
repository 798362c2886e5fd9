package org.finetune.tune;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.settings.Scope;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import org.finetune.settings.TrainSettings;
import org.finetune.train.RecipePlan;

/**
 * The combinations of values that a sweep may try. Where a combination leaves phase 2 out, what is said about phase 2 has
 * no effect and no part in it, so that the same run is never tried twice.
 */
public final class SearchSpace {
    /** Combinations drawn in a row that were there already, after which none is likely to be left. */
    private static final int MAX_MISSES = 1000;

    private static final int MAX_TRIALS = 10_000;

    private final List<Dimension> dimensions;
    private final SettingValues base;

    /**
     * Reads a space.
     *
     * @param tries what is tried of each setting, in the grammar of {@link DimensionParser}; at least one
     * @param base all settings, of which those of the space are replaced
     * @throws FinetuneException with {@link ExitCode#USAGE} if it is not as it should be
     */
    public SearchSpace(List<String> tries, SettingValues base) {
        this.dimensions = DimensionParser.parseAll(tries);
        this.base = base;
    }

    /**
     * All combinations. Settings of phase 2 vary fastest, then those of phase 1, so that neighbours share the most work.
     *
     * @throws FinetuneException with {@link ExitCode#USAGE} if a range has no number of values or there are too many
     *     combinations
     */
    public List<Combination> grid() {
        List<Map<Setting<?>, String>> rows = List.of(Map.of());
        List<Dimension> slowestFirst = dimensions.stream()
                .sorted(Comparator.comparing(dimension -> dimension.setting().scope()))
                .toList();
        for (Dimension dimension : slowestFirst) {
            List<Map<Setting<?>, String>> longer = new ArrayList<>();
            List<String> values = values(dimension);
            if ((long) rows.size() * values.size() > MAX_TRIALS) {
                throw new FinetuneException(
                        ExitCode.USAGE,
                        "The grid has more than " + MAX_TRIALS
                                + " combinations; try fewer values, or draw from them with --random N.");
            }
            for (Map<Setting<?>, String> row : rows) {
                for (String value : values) {
                    Map<Setting<?>, String> extended = new LinkedHashMap<>(row);
                    extended.put(dimension.setting(), value);
                    longer.add(extended);
                }
            }
            rows = longer;
        }
        return rows.stream().map(this::combination).distinct().toList();
    }

    private static List<String> values(Dimension dimension) {
        try {
            return dimension.values();
        } catch (IllegalArgumentException e) {
            throw new FinetuneException(ExitCode.USAGE, e.getMessage() + ".", e);
        }
    }

    /**
     * Different combinations at random. With a higher count the first ones stay the same.
     *
     * @param count how many; there are fewer if the space has fewer
     */
    public List<Combination> random(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Set<Combination> drawn = new LinkedHashSet<>();
        for (int misses = 0; drawn.size() < count && misses < MAX_MISSES; ) {
            Map<Setting<?>, String> values = new LinkedHashMap<>();
            dimensions.forEach(dimension -> values.put(dimension.setting(), dimension.draw(random)));
            misses = drawn.add(combination(values)) ? 0 : misses + 1;
        }
        return List.copyOf(drawn);
    }

    /** The values, in the order in which the settings were named, without those that have no effect. */
    private Combination combination(Map<Setting<?>, String> values) {
        Map<Setting<?>, String> ordered = new LinkedHashMap<>();
        dimensions.forEach(dimension -> ordered.put(dimension.setting(), values.get(dimension.setting())));
        TrainSettings settings = new Combination(ordered).over(base).toTrainSettings();
        if (!RecipePlan.of(settings).hasFineTuning()) {
            leaveOutFineTuning(ordered);
        }
        return new Combination(ordered);
    }

    private static void leaveOutFineTuning(Map<Setting<?>, String> values) {
        Setting<?> switchedOffBy = values.containsKey(Setting.UNFREEZE) ? Setting.UNFREEZE : Setting.EPOCHS;
        values.computeIfPresent(switchedOffBy, (setting, value) -> "0");
        values.keySet().removeIf(setting -> setting.scope() == Scope.FINE_TUNING && setting != switchedOffBy);
    }
}
