package org.finetune.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Photos whose labels are doubtful: a model that was not trained on them prefers another class to the given one. How many of
 * these labels are probably wrong is estimated by confident learning (Northcutt and others, "Confident Learning: Estimating
 * Uncertainty in Dataset Labels", 2021): a class is confident of a photo if its probability is at least the mean probability
 * that the photos labelled with the class have of it, and a label counts as wrong if of the classes that are confident of
 * the photo the most probable one is not the given one.
 *
 * @param suspects the doubtful photos, by the probability of the given class, the lowest first
 * @param estimated about how many labels are wrong, at most the number of suspects
 */
public record LabelErrors(List<Suspect> suspects, int estimated) {

    /**
     * A photo whose label is doubtful.
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
        int estimated = 0;
        for (LabeledPrediction prediction : predictions) {
            int likely = mostProbable(prediction.probabilities(), new double[classes]);
            if (likely != prediction.label()) {
                suspects.add(new Suspect(prediction, likely));
                int confident = mostProbable(prediction.probabilities(), means);
                estimated += confident >= 0 && confident != prediction.label() ? 1 : 0;
            }
        }
        suspects.sort(Comparator.comparing(Suspect::given)
                .thenComparing(Comparator.comparing(Suspect::confidence).reversed())
                .thenComparing(suspect -> suspect.prediction().photo()));
        return new LabelErrors(suspects, estimated);
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

    /** The most probable of the classes whose probability is at least the one given for them; -1 if there is none. */
    private static int mostProbable(float[] probabilities, double[] least) {
        int best = -1;
        for (int label = 0; label < probabilities.length; label++) {
            if (probabilities[label] >= least[label] && (best < 0 || probabilities[label] > probabilities[best])) {
                best = label;
            }
        }
        return best;
    }
}
