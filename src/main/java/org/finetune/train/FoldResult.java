package org.finetune.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune.train.folds.FoldFile;

/**
 * What the models of a fold, trained on all other photos, say about its photos.
 *
 * @param head probabilities of each photo after phase 1
 * @param fineTuned the same after phase 2; empty if there was none
 * @param headLimit the distance of features beyond which at most one in twenty of them is, after phase 1
 * @param fineTunedLimit the same after phase 2
 * @param history the epochs of the fold's models
 */
record FoldResult(
        List<float[]> head,
        List<float[]> fineTuned,
        double headLimit,
        double fineTunedLimit,
        List<EpochResult> history) {
    private static final String HEAD = "head";
    private static final String FINE_TUNED = "fine_tuned";

    /** What is not probabilities. */
    private record Description(int images, double headLimit, double fineTunedLimit, List<EpochResult> history) {}

    FoldResult {
        history = List.copyOf(history);
    }

    /** What the models say after a phase. */
    List<float[]> probabilities(Phase phase) {
        return phase.isHead() ? head : fineTuned;
    }

    /** The limit of the distance after a phase. */
    double limit(Phase phase) {
        return phase.isHead() ? headLimit : fineTunedLimit;
    }

    void write(FoldFile file) {
        Map<String, float[]> arrays = new LinkedHashMap<>();
        arrays.put(HEAD, joined(head));
        arrays.put(FINE_TUNED, joined(fineTuned));
        file.write(new FoldFile.Content<>(new Description(head.size(), headLimit, fineTunedLimit, history), arrays));
    }

    /**
     * Reads what {@link #write} has written; nothing if there is nothing, or it is not of these photos.
     *
     * @param images number of photos of the fold
     * @param hasFineTuning whether there is a phase 2
     */
    static Optional<FoldResult> read(FoldFile file, int images, int classes, boolean hasFineTuning) {
        return file.read(Description.class)
                .filter(content -> content.description().images() == images
                        && content.description().history() != null
                        && length(content, HEAD) == images * classes
                        && length(content, FINE_TUNED) == (hasFineTuning ? images * classes : 0))
                .map(content -> new FoldResult(
                        divided(content.arrays().get(HEAD), classes),
                        divided(content.arrays().get(FINE_TUNED), classes),
                        content.description().headLimit(),
                        content.description().fineTunedLimit(),
                        content.description().history()));
    }

    private static int length(FoldFile.Content<?> content, String name) {
        float[] values = content.arrays().get(name);
        return values == null ? -1 : values.length;
    }

    private static float[] joined(List<float[]> rows) {
        int classes = rows.isEmpty() ? 0 : rows.get(0).length;
        float[] values = new float[rows.size() * classes];
        for (int row = 0; row < rows.size(); row++) {
            System.arraycopy(rows.get(row), 0, values, row * classes, classes);
        }
        return values;
    }

    private static List<float[]> divided(float[] values, int classes) {
        List<float[]> rows = new ArrayList<>();
        for (int from = 0; from < values.length; from += classes) {
            rows.add(Arrays.copyOfRange(values, from, from + classes));
        }
        return rows;
    }
}
