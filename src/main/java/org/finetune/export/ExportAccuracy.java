package org.finetune.export;

import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.metrics.Argmax;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;

/**
 * How many photos a model and what was made of it classify right.
 *
 * @param photos number of photos of known classes that could be read
 * @param right how many of them the model classifies right
 * @param exportedRight how many the exported model does
 */
public record ExportAccuracy(int photos, int right, int exportedRight) {
    /** The greatest loss of accuracy, in percentage points, that is accepted without being asked for. */
    public static final double MOST_LOSS = 2;

    /** Photos that are in memory at once. */
    private static final int BATCH = 32;

    /**
     * Has both classify photos. Those that cannot be read are passed over.
     *
     * @param photos photos of the model's classes
     * @param progress is notified how many photos have been passed
     */
    public static ExportAccuracy of(
            SavedModel model, ExportedModel exported, CheckPhotos photos, ImageDecoder decoder, LongConsumer progress) {
        List<LabeledPhoto> known = photos.photos();
        int count = 0;
        int right = 0;
        int exportedRight = 0;
        for (int first = 0; first < known.size(); first += BATCH) {
            progress.accept(first);
            CheckPhotos.Decoded batch = new CheckPhotos(known.subList(first, Math.min(known.size(), first + BATCH)))
                    .decodeReadable(decoder);
            if (batch.labels().isEmpty()) {
                continue;
            }
            Tensor images = batch.images();
            float[][] expected = ExportCheck.classify(model, images);
            float[][] found = exported.classify(images);
            for (int photo = 0; photo < found.length; photo++) {
                int label = batch.labels().get(photo);
                right += Argmax.of(expected[photo]) == label ? 1 : 0;
                exportedRight += Argmax.of(found[photo]) == label ? 1 : 0;
            }
            count += found.length;
        }
        return new ExportAccuracy(count, right, exportedRight);
    }

    /** The accuracy of the model. */
    public double accuracy() {
        return (double) right / photos;
    }

    /** The accuracy of the exported model. */
    public double exportedAccuracy() {
        return (double) exportedRight / photos;
    }

    /**
     * Checks that no more than {@link #MOST_LOSS} points are lost.
     *
     * @throws FinetuneException with {@link ExitCode#MODEL} if more are
     */
    public void requireSmallLoss() {
        double loss = 100 * (accuracy() - exportedAccuracy());
        if (loss > MOST_LOSS) {
            throw new FinetuneException(
                    ExitCode.MODEL,
                    String.format(
                            Locale.ROOT,
                            "In 8 bits, accuracy falls from %.1f%% to %.1f%% on %d validation photos, so "
                                    + "nothing was written; export without --int8, or accept the loss with "
                                    + "--accept-loss.",
                            100 * accuracy(),
                            100 * exportedAccuracy(),
                            photos));
        }
    }
}
