package org.finetune.data.quality;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.Augmentation;
import org.finetune.data.BadPhoto;
import org.finetune.data.Dataset;
import org.finetune.data.ImageBatch;
import org.finetune.data.ImagePipeline;
import org.finetune.data.ImagePipeline.Capacity;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.Photo;
import org.finetune.data.PipelineTimes;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks photos one by one: decodes them to see which can be used and what they look like. */
public final class PhotoCheck {
    private static final Logger LOG = LoggerFactory.getLogger(PhotoCheck.class);

    /** Pixels to which images are shrunk: enough for their hash, and few enough to decode large JPEG files quickly. */
    private static final int SIZE = 64;

    /** Few, so that progress shows soon even where photos are large or the machine is busy. */
    private static final int BATCH = 8;

    /** Where they are described at a larger size, batches have fewer, so that they take no more memory than this many pixels. */
    private static final int BATCH_PIXELS = BATCH * 128 * 128;

    private static final int BATCHES_AHEAD = 8;

    private final ImageDecoder decoder;
    private final Capacity capacity;
    private final LongConsumer progress;
    private final List<CheckedPhoto> checked = new ArrayList<>();
    private final List<BadPhoto> bad = new ArrayList<>();
    private PipelineTimes times = PipelineTimes.NONE;

    private PhotoCheck(ImageDecoder decoder, Capacity capacity, LongConsumer progress) {
        this.decoder = decoder;
        this.capacity = capacity;
        this.progress = progress;
    }

    /**
     * Checks all photos of a data set.
     *
     * @param maxPixels most pixels of an image that is decoded
     * @param threads number of threads that decode
     * @param progress is told how many photos are done
     */
    public static PhotoCheck of(Dataset data, long maxPixels, int threads, LongConsumer progress) {
        PhotoCheck check = of(data.train(), data.validation(), new Preprocessing(SIZE), maxPixels, threads, progress);
        check.bad.addAll(0, data.bad());
        return check;
    }

    /**
     * Checks some photos.
     *
     * @param preprocessing with what they are described; what they look like depends on it a little
     * @param maxPixels most pixels of an image that is decoded
     * @param threads number of threads that decode
     * @param progress is told how many photos are done
     */
    public static PhotoCheck of(
            List<LabeledPhoto> train,
            List<LabeledPhoto> validation,
            Preprocessing preprocessing,
            long maxPixels,
            int threads,
            LongConsumer progress) {
        ImageDecoder decoder = new ImageDecoder(preprocessing, maxPixels);
        int batch = Math.max(1, Math.min(BATCH, BATCH_PIXELS / (preprocessing.size() * preprocessing.size())));
        PhotoCheck check = new PhotoCheck(decoder, new Capacity(batch, threads, BATCHES_AHEAD), progress);
        long start = System.nanoTime();
        check.add(train, Split.TRAIN);
        check.add(validation, Split.VALIDATION);
        check.logTimes(System.nanoTime() - start);
        return check;
    }

    private void add(List<LabeledPhoto> labeled, Split split) {
        List<Photo> photos = labeled.stream().map(LabeledPhoto::photo).toList();
        try (ImagePipeline pipeline = new ImagePipeline(decoder, Augmentation.NONE, photos, capacity, true)) {
            for (Optional<ImageBatch> next = pipeline.next(); next.isPresent(); next = pipeline.next()) {
                ImageBatch batch = next.get();
                for (ImageBatch.DecodedImage image : batch.images()) {
                    LabeledPhoto original = labeled.get(image.index());
                    checked.add(new CheckedPhoto(
                            original.photo().id(), original.label(), split, image.sha256(), Optional.of(image.info())));
                }
                batch.failures()
                        .forEach(failure ->
                                bad.add(new BadPhoto(photos.get(failure.index()).id(), failure.reason())));
                batch.release();
                progress.accept(checked.size() + (long) bad.size());
            }
            times = times.plus(pipeline.times());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FinetuneException(ExitCode.INTERRUPTED, "Interrupted.", e);
        }
    }

    private void logTimes(long nanos) {
        LOG.debug(
                "Checked {} photos in {} ms; all threads together: read and hashed in {} ms, decoded in {} ms",
                checked.size() + bad.size(),
                nanos / 1_000_000,
                times.read() / 1_000_000,
                (times.decode() + times.resize()) / 1_000_000);
    }

    /** The photos that can be used, training photos first. */
    public List<CheckedPhoto> checked() {
        return checked;
    }

    /** The photos that cannot. */
    public List<BadPhoto> bad() {
        return bad;
    }
}
