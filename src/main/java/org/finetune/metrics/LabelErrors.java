package org.finetune.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Photos whose labels are likely to be wrong, by confident learning (Northcutt and others, "Confident Learning: Estimating Uncertainty
 * in Dataset Labels", 2021). A class is confident of a photo if its probability is at least the mean probability that the photos
 * labelled with the class have of it; a photo is suspected if of the classes that are confident of it the most probable one is
 * not its own. Suspects are ranked by how far the probability of the given class is below that of the likely one.
 *
 * @param suspects the suspected photos, the surest first
 */
public record LabelErrors(List<Suspect> suspects) {

    /**
     * A photo whose label is likely to be wrong.
     *
     * @param prediction what a model says about it that was not trained on it
     * @param likely the class that it is more likely of
     */
    public record Suspect(LabeledPrediction prediction, int likely) {

        /** The probability of the class that it is said to be of. */
        public float given() {
            return prediction.probabilities()[prediction.label()];
        }

        /** The probability of the class that it is more likely of. */
        public float confidence() {
            return prediction.probabilities()[likely];
        }
    }

    public LabelErrors {
        suspects = List.copyOf(suspects);
    }

    /**
     * Finds suspects.
     *
     * @param predictions what models say about photos that they were not trained on
     * @param classes number of classes
     */
    public static LabelErrors of(List<LabeledPrediction> predictions, int classes) {
        double[] means = meanProbabilities(predictions, classes);
        List<Suspect> suspects = new ArrayList<>();
        for (LabeledPrediction prediction : predictions) {
            int likely = confident(prediction.probabilities(), means);
            if (likely >= 0 && likely != prediction.label()) {
                suspects.add(new Suspect(prediction, likely));
            }
        }
        suspects.sort(Comparator.comparing((Suspect suspect) -> suspect.given() - suspect.confidence())
                .thenComparing(suspect -> suspect.prediction().photo()));
        return new LabelErrors(suspects);
    }

    /** The mean probability that the photos of each class have of it; 1 for a class without photos. */
    private static double[] meanProbabilities(List<LabeledPrediction> predictions, int classes) {
        double[] sums = new double[classes];
        int[] counts = new int[classes];
        for (LabeledPrediction prediction : predictions) {
            sums[prediction.label()] += prediction.probabilities()[prediction.label()];
            counts[prediction.label()]++;
        }
        for (int label = 0; label < classes; label++) {
            sums[label] = counts[label] == 0 ? 1 : sums[label] / counts[label];
        }
        return sums;
    }

    /** The most probable of the classes whose probability is at least their mean; -1 if there is none. */
    private static int confident(float[] probabilities, double[] means) {
        int best = -1;
        for (int label = 0; label < probabilities.length; label++) {
            if (probabilities[label] >= means[label] && (best < 0 || probabilities[label] > probabilities[best])) {
                best = label;
            }
        }
        return best;
    }
}
