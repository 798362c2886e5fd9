package org.finetune.data.quality;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.Augmentation;
import org.finetune.data.BadPhoto;
import org.finetune.data.Dataset;
import org.finetune.data.ImageBatch;
import org.finetune.data.ImagePipeline;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;

/** Decodes the images of a data set to see which can be used and what they look like. */
public final class ImageSurvey {
    /** Pixels to which pictures are shrunk: enough for their hash, and few enough to decode large JPEG files quickly. */
    private static final int SIZE = 64;

    /** Few, so that progress shows soon even where photos are large or the machine is busy. */
    private static final int BATCH = 8;

    /** Where they are described at a larger size, batches have fewer, so that they take no more memory than this many pixels. */
    private static final int BATCH_PIXELS = BATCH * 128 * 128;

    private static final int BATCHES_AHEAD = 8;

    private final ImageDecoder decoder;
    private final int batch;
    private final int threads;
    private final LongConsumer progress;
    private final List<CheckedPhoto> images = new ArrayList<>();
    private final List<BadPhoto> bad = new ArrayList<>();

    private ImageSurvey(int size, long maxPixels, int threads, LongConsumer progress) {
        this.decoder = new ImageDecoder(new Preprocessing(size), maxPixels);
        this.batch = Math.max(1, Math.min(BATCH, BATCH_PIXELS / (size * size)));
        this.threads = threads;
        this.progress = progress;
    }

    /**
     * Looks at all images.
     *
     * @param maxPixels most pixels of an image that is decoded
     * @param threads number of threads that decode
     * @param progress hears how many images are done
     */
    public static ImageSurvey of(Dataset data, long maxPixels, int threads, LongConsumer progress) {
        ImageSurvey survey = of(data.train(), data.validation(), SIZE, maxPixels, threads, progress);
        survey.bad.addAll(0, data.bad());
        return survey;
    }

    /**
     * Looks at some images.
     *
     * @param size height and width in pixels at which they are described; what they look like depends on it a little
     * @param maxPixels most pixels of an image that is decoded
     * @param threads number of threads that decode
     * @param progress hears how many images are done
     */
    public static ImageSurvey of(
            List<LabeledPhoto> train,
            List<LabeledPhoto> validation,
            int size,
            long maxPixels,
            int threads,
            LongConsumer progress) {
        ImageSurvey survey = new ImageSurvey(size, maxPixels, threads, progress);
        survey.add(train, Split.TRAIN);
        survey.add(validation, Split.VALIDATION);
        return survey;
    }

    private void add(List<LabeledPhoto> labeled, Split side) {
        List<Path> paths = labeled.stream().map(LabeledPhoto::path).toList();
        try (ImagePipeline pipeline =
                new ImagePipeline(decoder, Augmentation.NONE, paths, batch, threads, BATCHES_AHEAD, true)) {
            for (ImageBatch batch = pipeline.next(); batch != null; batch = pipeline.next()) {
                for (ImageBatch.DecodedImage image : batch.images()) {
                    LabeledPhoto original = labeled.get(image.index());
                    images.add(new CheckedPhoto(
                            original.path().toString(), original.label(), side, image.sha256(), image.traits()));
                }
                batch.failures()
                        .forEach(failure -> bad.add(new BadPhoto(paths.get(failure.index()), failure.reason())));
                batch.release();
                progress.accept(images.size() + (long) bad.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FinetuneException(ExitCode.INTERRUPTED, "Interrupted.", e);
        }
    }

    /** The images that can be used, training images first. */
    public List<CheckedPhoto> images() {
        return images;
    }

    /** The files that cannot. */
    public List<BadPhoto> bad() {
        return bad;
    }
}
