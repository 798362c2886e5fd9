package org.finetune.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.finetune.metrics.ClassMetrics;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.ConfusionMatrix;
import org.finetune.metrics.WilsonInterval;
import org.finetune.train.FineTunedStage;
import org.finetune.train.FinishedRun;
import org.finetune.train.RecipePlan;
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
    /** Width of an interval that says little. */
    private static final double WIDE = 0.2;

    private static final int LOSS_DECIMALS = 4;

    static Verdict of(FinishedRun run, ShownNames names) {
        TrainingSummary summary = run.summary();
        ClassificationMetrics result = summary.result();
        List<String> sentences = figures(result, " (not used for training)");
        if (summary.insights().folds().isPresent()) {
            sentences.add(
                    1,
                    "These are all photos: each fold is predicted by a model trained on the other folds. The "
                            + "saved model is trained on all of them.");
        }
        sentences.add(gain(run));
        sentences.add(errors(result, names));
        if (!summary.insights().caution().isEmpty()) {
            sentences.add(summary.insights().caution());
        }
        sentences.add(String.format(
                "The run took %s with %s.",
                Figures.duration(summary.seconds()), Figures.count(summary.trainImages(), "training photo")));
        summary.insights().study().shift().ifPresent(shift -> sentences.add(shift.finding()));
        summary.insights().nextStep().ifPresent(step -> sentences.add("Next step: " + names.of(step)));
        return of(result, sentences);
    }

    /** What an evaluation came to, with the same words. */
    static Verdict of(ClassificationMetrics result, ShownNames names) {
        List<String> sentences = figures(result, "");
        sentences.add(errors(result, names));
        return of(result, sentences);
    }

    private static Verdict of(ClassificationMetrics result, List<String> sentences) {
        return new Verdict(Figures.percent(result.top1()), result.interval().toString(), sentences);
    }

    private static List<String> figures(ClassificationMetrics result, String which) {
        WilsonInterval interval = result.interval();
        List<String> sentences = new ArrayList<>();
        sentences.add(String.format(
                "It distinguishes %s and gets %s of %s right%s.",
                Figures.count(result.classes().size(), "class"),
                Figures.count(result.hits()),
                Figures.count(result.images(), "photo"),
                which));
        if (interval.high() - interval.low() > WIDE) {
            sentences.add("The interval is wide because there are few photos.");
        }
        double guess = mostFrequent(result);
        if (interval.low() <= guess) {
            sentences.add("That is not clearly better than always predicting the most frequent class, which gets "
                    + Figures.percent(guess) + " right.");
        }
        return sentences;
    }

    /** Share of the photos that are of the class with the most. */
    private static double mostFrequent(ClassificationMetrics result) {
        return result.classes().stream().mapToLong(ClassMetrics::support).max().orElse(0) / (double) result.images();
    }

    private static String gain(FinishedRun run) {
        TrainingSummary summary = run.summary();
        Optional<FineTunedStage> stage = summary.fineTunedStage();
        if (stage.isEmpty()) {
            return RecipePlan.of(run.settings()).head().trains()
                    ? "Only the head was trained, not the layers below it."
                    : "Nothing was trained: both phases had no epochs.";
        }
        ClassificationMetrics head = summary.head();
        ClassificationMetrics fineTuned = stage.get().validation();
        if (summary.stages().size() > 1) {
            return stages(summary);
        }
        String objection = stage.get().choice().objection();
        String headOnly = !summary.kept().isHead()
                ? ""
                : (objection.isEmpty() ? "" : ", but " + objection) + ", so the head-only model is the result";
        long photos = fineTuned.hits() - head.hits();
        if (photos == 0) {
            return String.format(
                    Locale.ROOT,
                    "Fine-tuning did not change accuracy (%s); the validation loss %s%s.",
                    Figures.percent(head.top1()),
                    change(head.loss(), fineTuned.loss()),
                    headOnly);
        }
        return String.format(
                Locale.ROOT,
                "Fine-tuning %s %.1f points (%s) %s the head alone, which gets %s right%s.",
                photos > 0 ? "gained" : "lost",
                100 * Math.abs(summary.fineTuneGain()),
                Figures.count(Math.abs(photos), "photo"),
                photos > 0 ? "over" : "against",
                Figures.percent(head.top1()),
                headOnly);
    }

    private static String stages(TrainingSummary summary) {
        String shares = summary.stages().stream()
                .map(stage -> {
                    String objection = stage.choice().objection();
                    return Figures.percent(stage.validation().top1()) + " after "
                            + stage.phase().subject() + (objection.isEmpty() ? "" : " (but " + objection + ")");
                })
                .collect(Collectors.joining(", "));
        return "Fine-tuning went in stages: accuracy is "
                + Figures.percent(summary.head().top1()) + " with the head alone, " + shares + ". The result is "
                + (summary.kept().isHead()
                        ? "the head-only model."
                        : "the model after " + summary.kept().subject() + ".");
    }

    private static String change(double before, double after) {
        String values = Figures.decimal(before, LOSS_DECIMALS) + " to " + Figures.decimal(after, LOSS_DECIMALS);
        return after < before ? "fell from " + values : after > before ? "rose from " + values : "stayed the same";
    }

    private static String errors(ClassificationMetrics result, ShownNames names) {
        List<ConfusionMatrix.Cell> confusions = confusions(result);
        if (confusions.isEmpty()) {
            return "It makes no mistakes on these photos.";
        }
        List<String> parts = confusions.stream()
                .limit(CONFUSIONS)
                .map(confusion -> {
                    ClassMetrics label = result.classes().get(confusion.label());
                    ClassMetrics predicted = result.classes().get(confusion.predicted());
                    return String.format(
                            "%s predicted as %s (%d of %d)",
                            names.forSentence(label.name()),
                            names.forSentence(predicted.name()),
                            confusion.count(),
                            label.support());
                })
                .toList();
        String all = String.join(", ", parts);
        if (confusions.size() <= CONFUSIONS) {
            return (result.images() - result.hits() == 1 ? "Its only mistake: " : "Its only mistakes: ") + all + ".";
        }
        return confusions.get(0).count() == 1
                ? "No pair of classes is confused more than once; one example: " + all + "."
                : "Most common mistakes: " + all + ".";
    }

    private static List<ConfusionMatrix.Cell> confusions(ClassificationMetrics result) {
        return result.confusion().cells().stream()
                .filter(cell -> !cell.correct())
                .sorted(Comparator.comparing(ConfusionMatrix.Cell::count).reversed())
                .toList();
    }
}
