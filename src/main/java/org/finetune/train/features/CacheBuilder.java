package org.finetune.train.features;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.HostMemory;
import org.finetune.data.BatchWorkers;
import org.finetune.data.ImageBatch;
import org.finetune.data.ImagePipeline;
import org.finetune.data.ImagePipeline.Capacity;
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
    private final Optional<UpperLayers> upper;
    private final Supplier<UpperLayers> newUpper;
    /** For activations of the joint that are kept; made when there are any. */
    private UpperLayers deriving;

    private final Map<String, ImageInfo> imageInfos = new HashMap<>();
    private PipelineTimes pipelineTimes = PipelineTimes.NONE;
    private final LongAdder forwardNanos = new LongAdder();
    private long keepNanos;

    /**
     * Makes a builder.
     *
     * @param threads number of threads that decode
     * @param base the frozen part, which is closed with the builder
     * @param layers names of the layers to keep, outputs of the base
     */
    public CacheBuilder(ImageDecoder decoder, int threads, FrozenBase base, List<String> layers) {
        this(decoder, threads, base, layers, Optional.empty(), () -> {
            throw new IllegalStateException("The network is not divided");
        });
    }

    /**
     * Returns a builder for a network that is divided at a joint.
     *
     * @param threads number of threads that decode
     * @param base the frozen part up to the joint, which is closed with the builder
     * @param layers names of the layers to keep of it, the joint among them
     * @param newUpper makes the layers after the joint, which are closed with the builder, all of whose outputs are kept
     */
    public static CacheBuilder divided(
            ImageDecoder decoder, int threads, FrozenBase base, List<String> layers, Supplier<UpperLayers> newUpper) {
        try {
            return new CacheBuilder(decoder, threads, base, layers, Optional.of(newUpper.get()), newUpper);
        } catch (RuntimeException | Error e) {
            base.close();
            throw e;
        }
    }

    private CacheBuilder(
            ImageDecoder decoder,
            int threads,
            FrozenBase base,
            List<String> layers,
            Optional<UpperLayers> upper,
            Supplier<UpperLayers> newUpper) {
        this.decoder = decoder.to(base.pixels());
        this.threads = threads;
        this.base = base;
        this.layers = layers;
        this.upper = upper;
        this.newUpper = newUpper;
    }

    /**
     * Adds the photos that the cache does not have yet. Where {@link #placesAreAlike} is not so, these must begin where a batch
     * does, which any that this has added do.
     *
     * @param progress hears how many photos are done
     */
    public void build(PhotoSet set, ActivationCache cache, LongConsumer progress) {
        int start = cache.done();
        run(set, IntStream.range(start, set.labeled().size()).toArray(), batch -> {
            cache.add(batch.samples(), batch.failures(), batch.activations());
            progress.accept(cache.done() - start);
        });
    }

    /**
     * The same where some of the photos need not be computed, or only after the joint, for which {@link #placesAreAlike} has to
     * be so.
     *
     * @param progress hears how many photos are computed, wholly or partly
     */
    public void build(PhotoSet set, ActivationCache cache, KeptImages kept, LongConsumer progress) {
        int count = set.labeled().size();
        int[] left = IntStream.range(cache.done(), count)
                .filter(photo -> !kept.has(photo))
                .toArray();
        DerivedImages derived = new DerivedImages(kept, count, cache.views(), this::deriving);
        long[] computed = {0};
        Runnable give = () -> {
            int next = cache.done();
            kept.give(next, set.label(next), cache, derived);
            computed[0] += kept.isPartial(next) ? 1 : 0;
            progress.accept(computed[0]);
        };
        run(set, left, batch -> {
            add(batch, cache, give);
            computed[0] += batch.samples().size() + batch.failures().size();
            progress.accept(computed[0]);
        });
        while (cache.done() < count) {
            give.run();
        }
    }

    private UpperLayers deriving() {
        if (deriving == null) {
            deriving = newUpper.get();
        }
        return deriving;
    }

    /**
     * A batch and the part of the base that has run it.
     *
     * @param part holds the batch's activations until it runs the next one
     */
    private record Computed(ImageBatch batch, FrozenBase part) {}

    /** What was computed of a batch. */
    private record Batch(
            List<ActivationCache.Sample> samples,
            List<ActivationCache.Failure> failures,
            Map<String, INDArray> activations) {}

    /**
     * Adds the photos of a batch one by one, and before each those of the list that need not be computed.
     *
     * @param give adds the next one of the latter
     */
    private static void add(Batch batch, ActivationCache cache, Runnable give) {
        int sample = 0;
        int failure = 0;
        while (sample < batch.samples().size() || failure < batch.failures().size()) {
            int next = cache.done();
            if (sample < batch.samples().size() && batch.samples().get(sample).image() == next) {
                cache.add(List.of(batch.samples().get(sample)), List.of(), batch.activations(), sample * cache.views());
                sample++;
            } else if (failure < batch.failures().size()
                    && batch.failures().get(failure).image() == next) {
                cache.append(List.of(), List.of(batch.failures().get(failure)), Map.of());
                failure++;
            } else {
                give.run();
            }
        }
    }

    /**
     * Whether an image has the same activations, to the last bit, in every place of a batch. In which order sums are formed
     * follows from shapes and not from values, so it is tried with an image of noise in all places.
     */
    public boolean placesAreAlike() {
        float[] noise = new float[Math.toIntExact(base.input().length() / base.batchSize())];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) (2 * random.nextDouble() - 1);
        }
        HostMemory.write(base.input(), base.input().length(), images -> {
            for (int place = 0; place < base.batchSize(); place++) {
                images.getPointer(FloatPointer.class, (long) place * noise.length)
                        .put(noise);
            }
        });
        run(base, base.batchSize());
        return activations(base).values().stream().allMatch(CacheBuilder::haveEqualRows);
    }

    private static boolean haveEqualRows(INDArray rows) {
        int length = Math.toIntExact(rows.length() / rows.size(0));
        float[] first = new float[length];
        HostMemory.read(rows, first);
        boolean[] equal = {true};
        HostMemory.read(rows, 0, rows.length(), values -> {
            float[] other = new float[length];
            for (int row = 1; equal[0] && row < rows.size(0); row++) {
                values.getPointer(FloatPointer.class, (long) row * length).get(other);
                equal[0] = Arrays.equals(first, other);
            }
        });
        return equal[0];
    }

    /** Computes the activations of the batch that a photo was in, or could have been in, again. */
    public void rebuild(PhotoSet set, ActivationCache cache, int photo) {
        int size = batch(set);
        int start = photo / size * size;
        run(
                set,
                IntStream.range(start, Math.min(start + size, cache.done())).toArray(),
                batch -> cache.replace(batch.samples(), batch.activations()));
    }

    /** Number of photos of a batch. */
    public int batch(PhotoSet set) {
        return parts(set).get(0).batchSize() / set.augmentation().views();
    }

    /**
     * What runs batches at the same time: the base's parts, unless layers follow that are not divided, or all views of as many photos do
     * not fit into parts.
     */
    private List<? extends FrozenBase> parts(PhotoSet set) {
        List<? extends FrozenBase> parts = base.parts();
        int views = set.augmentation().views();
        int photos = parts.size() * (parts.get(0).batchSize() / views);
        return upper.isPresent() || photos < base.batchSize() / views ? List.of(base) : parts;
    }

    /**
     * Runs photos.
     *
     * @param numbers their places in the set
     * @param results takes each batch, in their order and one at a time; its activations stay until this returns
     */
    private void run(PhotoSet set, int[] numbers, Consumer<Batch> results) {
        if (numbers.length == 0) {
            return;
        }
        List<Photo> photos = Arrays.stream(numbers)
                .mapToObj(number -> set.labeled().get(number).photo())
                .toList();
        List<? extends FrozenBase> parts = parts(set);
        Capacity capacity = new Capacity(parts.get(0).batchSize(), threads, BATCHES_AHEAD * parts.size());
        List<Function<ImageBatch, Computed>> workers = parts.stream()
                .<Function<ImageBatch, Computed>>map(part -> batch -> run(part, batch))
                .toList();
        try (ImagePipeline pipeline = new ImagePipeline(decoder, set.augmentation(), photos, capacity, true)) {
            BatchWorkers.run(pipeline, workers, computed -> {
                ImageBatch batch = computed.batch();
                batch.images().forEach(image -> imageInfos.put(image.sha256(), image.info()));
                long time = System.nanoTime();
                results.accept(new Batch(
                        samples(batch, set, numbers), failures(batch, numbers), activations(computed.part())));
                keepNanos += System.nanoTime() - time;
            });
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
        return new FeatureTimes(pipelineTimes, forwardNanos.sum(), keepNanos);
    }

    private Computed run(FrozenBase part, ImageBatch batch) {
        long start = System.nanoTime();
        if (batch.rows() > 0) {
            part.load(batch.pixels(), batch.rows());
        }
        batch.release();
        if (batch.rows() > 0) {
            run(part, batch.rows());
        }
        forwardNanos.add(System.nanoTime() - start);
        return new Computed(batch, part);
    }

    private void run(FrozenBase part, int rows) {
        part.run(rows);
        upper.ifPresent(after -> after.run(base.output(after.joint()), rows));
    }

    private static List<ActivationCache.Sample> samples(ImageBatch batch, PhotoSet set, int[] numbers) {
        return batch.images().stream()
                .map(image -> new ActivationCache.Sample(
                        numbers[image.index()], set.label(numbers[image.index()]), image.sha256()))
                .toList();
    }

    private static List<ActivationCache.Failure> failures(ImageBatch batch, int[] numbers) {
        return batch.failures().stream()
                .map(failure ->
                        new ActivationCache.Failure(numbers[failure.index()], failure.sha256(), failure.reason()))
                .toList();
    }

    private Map<String, INDArray> activations(FrozenBase part) {
        Map<String, INDArray> activations = new LinkedHashMap<>();
        for (String layer : layers) {
            activations.put(layer, part.output(layer));
        }
        upper.ifPresent(after -> after.outputs().forEach(layer -> activations.put(layer, after.output(layer))));
        return activations;
    }

    @Override
    public void close() {
        base.close();
        upper.ifPresent(UpperLayers::close);
        if (deriving != null) {
            deriving.close();
        }
    }
}
