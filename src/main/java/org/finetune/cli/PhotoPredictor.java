package org.finetune.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.finetune.cli.output.Console;
import org.finetune.cli.output.PredictedPhoto;
import org.finetune.cli.output.PredictionWriter;
import org.finetune.data.BadPhoto;
import org.finetune.data.BadPhotoCount;
import org.finetune.data.BadPhotoNotices;
import org.finetune.data.BadPhotoPolicy;
import org.finetune.data.Photo;
import org.finetune.data.PhotoPaths;
import org.finetune.explain.OverlayDirectory;
import org.finetune.inference.Classification;
import org.finetune.inference.ImageClassifier;

/** Predicts photos, part by part, writes what comes out, and keeps count of those that cannot be used. */
final class PhotoPredictor {
    private final ImageClassifier classifier;
    private final Answers answers;
    private final PredictionWriter writer;
    private final Optional<OverlayDirectory> overlays;
    private final Console console;
    private final BadPhotoNotices notices;
    private final boolean atOnce;
    private final BadPhotoCount bad = new BadPhotoCount();
    private long tried;

    /**
     * What is said of a photo.
     *
     * @param classes names of the classes by label
     * @param top number of classes to name
     * @param threshold probability below which a photo is unknown, as is one unlike the training photos; without it, none is
     */
    record Answers(List<String> classes, int top, Optional<Double> threshold) {
        private PredictedPhoto of(Photo photo, Classification result, Optional<Path> map) {
            PredictedPhoto prediction = PredictedPhoto.of(photo.id(), classes, result.probabilities(), top, map);
            return threshold
                    .map(least -> prediction.answered(least, result.unlike()))
                    .orElse(prediction);
        }
    }

    /**
     * Prepares predictions.
     *
     * @param overlays where maps are written, if they are wanted
     * @param atOnce whether each photo that cannot be used is named at once; else the first one is not where the failure that
     *     ends the command names it
     */
    PhotoPredictor(
            ImageClassifier classifier,
            Answers answers,
            PredictionWriter writer,
            Optional<OverlayDirectory> overlays,
            boolean atOnce,
            Console console) {
        this.classifier = classifier;
        this.answers = answers;
        this.writer = writer;
        this.overlays = overlays;
        this.atOnce = atOnce;
        this.console = console;
        this.notices = new BadPhotoNotices(console::warning);
    }

    /** Predicts some photos. All that is written is flushed. */
    void predict(PhotoPaths part) {
        part.bad().forEach(this::skip);
        tried += part.photos().size() + part.bad().size();
        if (overlays.isEmpty()) {
            classifier.classify(part.photos(), result -> write(part, result));
        } else {
            classifier.explain(part.photos(), result -> write(part, result));
        }
        console.out().flush();
    }

    private void write(PhotoPaths part, Classification result) {
        Photo photo = part.photos().get(result.photo());
        if (result.failed()) {
            skip(new BadPhoto(photo.id(), result.failure()));
            return;
        }
        Optional<Path> map = overlays.flatMap(directory -> explain(directory, photo, result));
        writer.write(answers.of(photo, result, map));
    }

    private void skip(BadPhoto photo) {
        if (atOnce || bad.count() > 0) {
            notices.add(photo);
        }
        bad.add(photo);
    }

    /** Writes the map of a photo, and returns the file, unless the photo is no longer there. */
    private Optional<Path> explain(OverlayDirectory directory, Photo photo, Classification result) {
        try {
            return Optional.of(directory.write(photo, result.map().orElseThrow()));
        } catch (IOException e) {
            console.warning("'" + photo.id() + "' has changed, so it cannot be explained: " + e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Says what there is to say when all photos are predicted.
     *
     * @throws org.finetune.FinetuneException if too many could not be used
     */
    void finish(BadPhotoPolicy policy) {
        overlays.ifPresent(maps -> console.info(
                "Wrote " + maps.written() + (maps.written() == 1 ? " map to " : " maps to ") + maps.directory()));
        if (!atOnce && !policy.isExceeded(bad.count(), tried)) {
            bad.first().ifPresent(notices::add);
        }
        notices.finish("which are missing from the output");
        policy.check(bad, tried);
    }
}
