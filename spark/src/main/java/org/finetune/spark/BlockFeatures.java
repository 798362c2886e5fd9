package org.finetune.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.backend.BackendOptions;
import org.finetune.backend.BackendType;
import org.finetune.data.Augment;
import org.finetune.data.Augmentation;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.decode.Resize;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.engine.Engine;
import org.finetune.engine.EngineType;
import org.finetune.engine.OpProfile;
import org.finetune.engine.select.Engines;
import org.finetune.model.Architecture;
import org.finetune.model.KerasLayer;
import org.finetune.train.features.ActivationCache;
import org.finetune.train.features.CacheBuilder;
import org.finetune.train.features.CacheDirectory;
import org.finetune.train.features.Extraction;
import org.finetune.train.features.ImageInfoFile;
import org.finetune.train.features.ParameterDigests;
import org.finetune.train.features.PhotoSet;
import org.finetune.weights.KerasWeightsFile;
import org.slf4j.LoggerFactory;

/**
 * The frozen pass over blocks of photos in an executor. Each block becomes an entry of a feature cache by itself, whose files are
 * named by their content, so that a block that is computed twice is there once; {@code finetune train --cache} takes single photos
 * from any entry.
 */
final class BlockFeatures implements FlatMapFunction<Iterator<String[]>, long[]> {
    private static final long serialVersionUID = 1L;

    /** Endings of the files of an entry in the order in which they may appear: without the last, it does not count. */
    private static final List<String> ENDINGS = List.of(".f32", ".photos", ".json");

    /** How the name of a file ends that is not whole. */
    static final String UNFINISHED = ".part";

    /** The weights of the newest job in this process; only the compute thread uses them. */
    private static Loaded loaded;

    /** Tells this job from others: services keep executors for the next job. */
    private final String job = UUID.randomUUID().toString();

    private final Settings settings;
    private final Broadcast<byte[]> weights;
    private final Broadcast<SerializableConfiguration> configuration;
    private final String directory;

    /**
     * What the activations depend on besides the weights; as the settings of {@code finetune train} of the same names.
     *
     * @param layers names of the layers whose activations are kept
     * @param threads number of threads that compute
     */
    record Settings(
            double alpha,
            int size,
            Resize resize,
            long maxPixels,
            Augment augment,
            int views,
            long seed,
            List<String> layers,
            int threads)
            implements Serializable {

        Architecture architecture() {
            return Architecture.of(alpha, size);
        }

        Augmentation augmentation() {
            return Augmentation.of(augment, views, seed);
        }
    }

    /** Weights, and the job that they belong to. */
    private record Loaded(String job, KerasWeightsFile file) {}

    /**
     * Prepares the pass.
     *
     * @param weights content of the weights file
     * @param configuration how storage is reached
     * @param directory where the cache is
     */
    BlockFeatures(
            Settings settings,
            Broadcast<byte[]> weights,
            Broadcast<SerializableConfiguration> configuration,
            String directory) {
        this.settings = settings;
        this.weights = weights;
        this.configuration = configuration;
        this.directory = directory;
    }

    /** Returns for each block the number of its photos that have activations, and of those that are bad. */
    @Override
    public Iterator<long[]> call(Iterator<String[]> blocks) throws InterruptedException {
        List<long[]> counts = new ArrayList<>();
        while (blocks.hasNext()) {
            String[] block = blocks.next();
            counts.add(ComputeThread.run(() -> compute(block)));
        }
        return counts.iterator();
    }

    private long[] compute(String[] ids) throws IOException {
        if (loaded == null || !loaded.job().equals(job)) {
            loaded = new Loaded(job, load());
        }
        java.nio.file.Path local = Files.createTempDirectory("finetune-features");
        try {
            long[] counts = compute(ids, local);
            upload(local);
            return counts;
        } finally {
            delete(local);
        }
    }

    private KerasWeightsFile load() throws IOException {
        NativeDecoder.INSTANCE.startEarly();
        java.nio.file.Path file = Files.createTempFile("finetune-weights", ".h5");
        try {
            Files.write(file, weights.value());
            KerasWeightsFile read = KerasWeightsFile.read(file, settings.architecture());
            Engines.start(
                    new BackendOptions(BackendType.CPU, Optional.empty(), settings.threads()),
                    settings.architecture(),
                    BlockFeatures::log);
            return read;
        } finally {
            Files.delete(file);
        }
    }

    private static void log(String message) {
        LoggerFactory.getLogger(BlockFeatures.class).info("{}", message);
    }

    private long[] compute(String[] ids, java.nio.file.Path local) {
        Configuration storage = configuration.value().value();
        PhotoSet photos = new PhotoSet(
                "training",
                Arrays.stream(ids)
                        .map(id -> new LabeledPhoto(new HadoopPhoto(id, storage), 0))
                        .toList(),
                settings.augmentation());
        Architecture architecture = settings.architecture();
        List<KerasLayer> layers =
                settings.layers().stream().map(architecture::layer).toList();
        Preprocessing preprocessing = new Preprocessing(settings.size(), settings.resize());
        // That of any long list of photos, as the one to train on will be.
        int batch = Math.max(photos.augmentation().views(), Engines.frozenBatch(settings.size(), Integer.MAX_VALUE));
        Extraction extraction = new Extraction(
                ParameterDigests.of(architecture.base(), loaded.file().weights()),
                Optional.empty(),
                settings.alpha(),
                preprocessing,
                settings.maxPixels(),
                EngineType.FAST,
                Engines.description(Optional.empty()),
                batch);
        Engine engine = Engines.of(EngineType.FAST, Optional.empty(), architecture, 2, OpProfile.NONE);
        CacheDirectory cacheDirectory =
                new CacheDirectory(local, extraction, layers, BlockFeatures::log, BlockFeatures::log);
        try (ActivationCache cache = cacheDirectory.open(photos);
                CacheBuilder builder = new CacheBuilder(
                        new ImageDecoder(preprocessing, settings.maxPixels()),
                        settings.threads(),
                        engine.base(loaded.file().weights(), settings.layers(), batch),
                        settings.layers())) {
            builder.build(photos, cache, done -> {});
            cacheDirectory.complete(cache, photos);
            new ImageInfoFile(local, preprocessing, builder.imageInfos().keySet()).write(builder.imageInfos());
            return new long[] {cache.samples().size(), cache.failures().size()};
        }
    }

    private void upload(java.nio.file.Path local) {
        try (Stream<java.nio.file.Path> all = Files.list(local)) {
            upload(all.toList());
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "Cannot write to '" + directory + "' (" + FailureReason.of(e)
                            + "); check the storage and its rights, and run the same command again.",
                    e);
        }
    }

    private void upload(List<java.nio.file.Path> files) throws IOException {
        if (files.stream().noneMatch(file -> file.toString().endsWith(".json"))) {
            throw new FinetuneException(
                    ExitCode.DATA, "Photos have changed while they were read; run the same command again.");
        }
        FileSystem storage =
                new Path(directory).getFileSystem(configuration.value().value());
        // Entries have checksums of their own; on a local disk, Hadoop would add a file for each.
        storage.setWriteChecksum(false);
        for (String ending : ENDINGS) {
            for (java.nio.file.Path file : files) {
                if (file.toString().endsWith(ending)) {
                    upload(file, storage);
                }
            }
        }
    }

    /** Copies a file so that it appears as a whole, unless it is there. */
    private void upload(java.nio.file.Path file, FileSystem storage) throws IOException {
        String name = file.getFileName().toString();
        Path target = new Path(directory, name);
        if (storage.exists(target)) {
            return;
        }
        Path part = new Path(directory, "." + name + "." + UUID.randomUUID() + UNFINISHED);
        storage.copyFromLocalFile(false, true, new Path(file.toUri()), part);
        if (!storage.rename(part, target)) {
            storage.delete(part, false);
            if (!storage.exists(target)) {
                throw new IOException("'" + part + "' cannot be renamed to '" + name + "'");
            }
        }
    }

    private static void delete(java.nio.file.Path directory) {
        try (Stream<java.nio.file.Path> files = Files.walk(directory)) {
            for (java.nio.file.Path file :
                    files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
