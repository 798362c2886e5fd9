package org.finetune.train.cache;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.compute.FrozenBase;
import org.finetune.data.ImageBatch;
import org.finetune.data.ImageDecoder;
import org.finetune.data.ImagePipeline;
import org.finetune.data.ImageTraits;
import org.finetune.data.PipelineTimes;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs images through the frozen part of the network into a cache, decoding ahead of it. */
public final class CacheBuilder implements AutoCloseable {
    private static final int BATCHES_AHEAD = 3;

    private final ImageDecoder decoder;
    private final int threads;
    private final FrozenBase base;
    private final List<String> layers;
    private final Map<String, ImageTraits> traits = new HashMap<>();
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
     * Adds all images to the cache.
     *
     * @param progress hears how many images are done
     */
    public void build(ImageSet set, ActivationCache cache, LongConsumer progress) {
        long done = 0;
        try (ImagePipeline pipeline = new ImagePipeline(
                decoder, set.augmentation(), set.paths(), base.batchSize(), threads, BATCHES_AHEAD, true)) {
            for (ImageBatch batch = pipeline.next(); batch != null; batch = pipeline.next()) {
                batch.images().forEach(image -> traits.put(image.sha256(), image.traits()));
                run(batch);
                keep(samples(batch, set), cache);
                batch.failures()
                        .forEach(failure -> cache.add(
                                new ActivationCache.Failure(failure.index(), failure.sha256(), failure.reason())));
                done += batch.images().size() + batch.failures().size();
                progress.accept(done);
            }
            pipelineTimes = pipelineTimes.plus(pipeline.times());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FinetuneException(ExitCode.INTERRUPTED, "Interrupted.", e);
        }
    }

    /** The descriptions of the images that were decoded, by the SHA-256 of their files in hexadecimal. */
    public Map<String, ImageTraits> traits() {
        return traits;
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

    private void keep(List<ActivationCache.Sample> samples, ActivationCache cache) {
        long start = System.nanoTime();
        cache.add(samples, activations());
        keepNanos += System.nanoTime() - start;
    }

    private static List<ActivationCache.Sample> samples(ImageBatch batch, ImageSet set) {
        return batch.images().stream()
                .map(image -> new ActivationCache.Sample(image.index(), set.label(image.index()), image.sha256()))
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
