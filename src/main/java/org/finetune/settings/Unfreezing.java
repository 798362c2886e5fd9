package org.finetune.settings;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The numbers of layers that phase 2 trains, counted from the pooling back.
 *
 * @param stages one for each stage, each above the one before; 0, which trains the head alone, only by itself
 */
public record Unfreezing(List<Integer> stages) {
    /** The number that stands for every layer. */
    public static final int ALL = Integer.MAX_VALUE;

    private static final int MOST_LAYERS = 10_000;
    private static final String ALL_WORD = "all";

    public Unfreezing {
        stages = List.copyOf(stages);
        if (stages.isEmpty()) {
            throw new IllegalArgumentException("No stage");
        }
        for (int stage = 1; stage < stages.size(); stage++) {
            if (stages.get(stage - 1) == 0 || stages.get(stage) <= stages.get(stage - 1)) {
                throw new IllegalArgumentException("No larger number of layers in a later stage: " + stages);
            }
        }
    }

    /** A single stage. */
    public static Unfreezing of(int layers) {
        return new Unfreezing(List.of(layers));
    }

    /**
     * Reads numbers with commas between them, or slashes, which leave the comma to lists of values; the last may be the word
     * "all".
     */
    static Unfreezing parse(String text) {
        return new Unfreezing(Arrays.stream(text.split("[,/]", -1))
                .map(String::strip)
                .map(Unfreezing::layers)
                .toList());
    }

    private static Integer layers(String text) {
        if (text.equals(ALL_WORD)) {
            return ALL;
        }
        int layers = Integer.parseInt(text);
        if (layers < 0 || layers > MOST_LAYERS) {
            throw new IllegalArgumentException("No number of layers: " + layers);
        }
        return layers;
    }

    /** A number of layers as the user writes it. */
    public static String text(int layers) {
        return layers == ALL ? ALL_WORD : Integer.toString(layers);
    }

    /** The numbers with commas between them. */
    @Override
    public String toString() {
        return stages.stream().map(Unfreezing::text).collect(Collectors.joining(","));
    }
}
