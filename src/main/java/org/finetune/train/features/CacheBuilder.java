package org.finetune.train.features;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.ImageBatch;
import org.finetune.data.ImagePipeline;
import org.finetune.data.Photo;
import org.finetune.data.PipelineTimes;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.ImageInfo;
import org.finetune.engine.FrozenBase;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs photos through the frozen part of the network into a cache, decoding ahead of it. */
public final class CacheBuilder implements AutoCloseable {
    private static final int BATCHES_AHEAD = 3;

    private final ImageDecoder decoder;
    private final int threads;
    private final FrozenBase base;
    private final List<String> layers;
    private final Map<String, ImageInfo> imageInfos = new HashMap<>();
    private PipelineTimes pipelineTimes = PipelineTimes.NONE;
    private long forwardNanos;
    private long keepNanos;

    /**
     * Makes a builder.
     *
     * @param threads number of threads that decode
     * @param base the frozen part, which is closed with the builder
     * @param layers names of the layers to keep, outputs of the base
     */
    public CacheBuilder(ImageDecoder decoder, int threads, FrozenBase base, List<String> layers) {
        this.decoder = decoder;
        this.threads = threads;
        this.base = base;
        this.layers = layers;
    }

    /**
     * Adds the photos that the cache does not have yet. These must begin where a batch does, which any that this has
     * added do: the last bits of the activations depend on the batch.
     *
     * @param progress hears how many photos are done
     */
    public void build(PhotoSet set, ActivationCache cache, LongConsumer progress) {
        int start = cache.done();
        int end = set.labeled().size();
        run(set, start, end, (samples, failures, activations) -> {
            cache.add(samples, failures, activations);
            progress.accept(cache.done() - start);
        });
    }

    /** Computes the activations of the batch that a photo was in again. */
    public void rebuild(PhotoSet set, ActivationCache cache, int photo) {
        int batch = batch(set);
        int start = photo / batch * batch;
        run(
                set,
                start,
                Math.min(start + batch, set.labeled().size()),
                (samples, failures, activations) -> cache.replace(samples, activations));
    }

    /** Number of photos of a batch. */
    public int batch(PhotoSet set) {
        return base.batchSize() / set.augmentation().views();
    }

    /** What is done with the results of a batch. */
    private interface Results {
        void take(
                List<ActivationCache.Sample> samples,
                List<ActivationCache.Failure> failures,
                Map<String, INDArray> activations);
    }

    /** Runs the photos from one number to below another. */
    private void run(PhotoSet set, int start, int end, Results results) {
        List<Photo> photos = set.photos().subList(start, end);
        try (ImagePipeline pipeline = new ImagePipeline(
                decoder, set.augmentation(), photos, base.batchSize(), threads, BATCHES_AHEAD, true)) {
            for (ImageBatch batch = pipeline.next(); batch != null; batch = pipeline.next()) {
                batch.images().forEach(image -> imageInfos.put(image.sha256(), image.info()));
                run(batch);
                long time = System.nanoTime();
                results.take(samples(batch, set, start), failures(batch, start), activations());
                keepNanos += System.nanoTime() - time;
            }
            pipelineTimes = pipelineTimes.plus(pipeline.times());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FinetuneException(ExitCode.INTERRUPTED, "Interrupted.", e);
        }
    }

    /** The descriptions of the images that were decoded, by the SHA-256 of their photos in hexadecimal. */
    public Map<String, ImageInfo> imageInfos() {
        return imageInfos;
    }

    /** Where the time went. */
    public FeatureTimes times() {
        return new FeatureTimes(pipelineTimes, forwardNanos, keepNanos);
    }

    private void run(ImageBatch batch) {
        long start = System.nanoTime();
        if (batch.rows() > 0) {
            long values = base.input().length() / base.batchSize() * batch.rows();
            Pointer.memcpy((FloatPointer) base.input().data().pointer(), batch.pixels(), values * Float.BYTES);
        }
        batch.release();
        if (batch.rows() > 0) {
            base.run(batch.rows());
        }
        forwardNanos += System.nanoTime() - start;
    }

    private static List<ActivationCache.Sample> samples(ImageBatch batch, PhotoSet set, int start) {
        return batch.images().stream()
                .map(image -> new ActivationCache.Sample(
                        start + image.index(), set.label(start + image.index()), image.sha256()))
                .toList();
    }

    private static List<ActivationCache.Failure> failures(ImageBatch batch, int start) {
        return batch.failures().stream()
                .map(failure ->
                        new ActivationCache.Failure(start + failure.index(), failure.sha256(), failure.reason()))
                .toList();
    }

    private Map<String, INDArray> activations() {
        Map<String, INDArray> activations = new LinkedHashMap<>();
        for (String layer : layers) {
            activations.put(layer, base.output(layer));
        }
        return activations;
    }

    @Override
    public void close() {
        base.close();
    }
}
