package org.finetune.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.finetune.metrics.ClassMetrics;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.WilsonInterval;
import org.finetune.train.FinishedRun;
import org.finetune.train.Phase;
import org.finetune.train.TrainingSummary;

/**
 * What a run came to, in words.
 *
 * @param accuracy share of validation photos that are right, such as "87.2%"
 * @param interval the interval around it, such as "82.5% to 90.8%"
 * @param sentences the rest, a sentence or two each
 */
record Verdict(String accuracy, String interval, List<String> sentences) {
    private static final int CONFUSIONS = 3;

    private record Confusion(int label, int predicted, long count) {}

    static Verdict of(FinishedRun run, Names names) {
        TrainingSummary summary = run.summary();
        ClassificationMetrics result = summary.result();
        long hits = Math.round(result.top1() * result.images());
        WilsonInterval interval = WilsonInterval.of(hits, result.images());
        List<String> sentences = new ArrayList<>();
        sentences.add(String.format(
                "It tells %s apart and is right on %s of %s that it was not trained on.",
                Figures.count(result.classes().size(), "class"),
                Figures.count(hits),
                Figures.count(result.images(), "photo")));
        sentences.add(gain(summary));
        sentences.add(errors(result, names));
        sentences.add(String.format(
                "The run took %s with %s.",
                Figures.duration(summary.seconds()), Figures.count(summary.trainImages(), "training photo")));
        return new Verdict(
                Figures.percent(result.top1()),
                Figures.percent(interval.low()) + " to " + Figures.percent(interval.high()),
                sentences);
    }

    private static String gain(TrainingSummary summary) {
        if (summary.fineTuned() == null) {
            return "Only the head was trained, not the layers below it.";
        }
        String head = Figures.percent(summary.head().top1());
        String fineTuned = Figures.percent(summary.fineTuned().top1());
        if (summary.kept() == Phase.HEAD) {
            return "Fine-tuning ended worse (" + fineTuned + ") than the head alone (" + head
                    + "), so the head-only model is the result.";
        }
        double points = 100 * summary.fineTuneGain();
        if (points == 0) {
            return "Fine-tuning left the share that the head alone gets right as it was (" + head
                    + ") and lowered the loss.";
        }
        return String.format(
                Locale.ROOT, "Fine-tuning gained %.1f points over the head alone, which gets %s right.", points, head);
    }

    private static String errors(ClassificationMetrics result, Names names) {
        List<Confusion> confusions = confusions(result);
        if (confusions.isEmpty()) {
            return "It makes no error on these photos.";
        }
        List<String> parts = confusions.stream()
                .limit(CONFUSIONS)
                .map(confusion -> {
                    ClassMetrics label = result.classes().get(confusion.label());
                    ClassMetrics predicted = result.classes().get(confusion.predicted());
                    return String.format(
                            "%s taken for %s (%d of %d)",
                            names.forSentence(label.name()),
                            names.forSentence(predicted.name()),
                            confusion.count(),
                            label.support());
                })
                .toList();
        return "It errs most with " + String.join(", ", parts) + ".";
    }

    private static List<Confusion> confusions(ClassificationMetrics result) {
        List<Confusion> confusions = new ArrayList<>();
        for (int label = 0; label < result.confusion().length; label++) {
            for (int predicted = 0; predicted < result.confusion()[label].length; predicted++) {
                if (label != predicted && result.confusion()[label][predicted] > 0) {
                    confusions.add(new Confusion(label, predicted, result.confusion()[label][predicted]));
                }
            }
        }
        confusions.sort(Comparator.comparing(Confusion::count).reversed());
        return confusions;
    }
}
