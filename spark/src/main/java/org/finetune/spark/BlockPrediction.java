package org.finetune.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.finetune.backend.BackendOptions;
import org.finetune.backend.BackendType;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.engine.select.Engines;
import org.finetune.inference.ClassProbability;
import org.finetune.inference.Classification;
import org.finetune.inference.ImageClassifier;
import org.finetune.model.SavedModel;
import org.slf4j.LoggerFactory;

/**
 * The prediction of blocks of photos in an executor, which keeps the model for its next blocks. A block is a multiple of the
 * network's batch, so each photo is in the batch in which it would be on one machine, and its numbers are the same to the last bit.
 *
 * <p>A bad photo is a row with its error. Where the storage is at fault, the task fails, and Spark tries it again.
 */
final class BlockPrediction implements FlatMapFunction<Iterator<String[]>, Row> {
    private static final long serialVersionUID = 1L;

    /** The model of the newest job in this process; only the compute thread uses it. */
    private static Model loaded;

    /** Tells this job from others: services keep executors for the next job. */
    private final String job = UUID.randomUUID().toString();

    private final Settings settings;
    private final Broadcast<byte[]> model;
    private final Broadcast<SerializableConfiguration> configuration;

    /**
     * What is done with each photo.
     *
     * @param photos number of photos of the whole job
     * @param format how the results are written
     * @param top number of classes of each photo, at most all
     * @param maxPixels most pixels of a photo
     * @param threads number of threads that compute
     */
    record Settings(long photos, OutputFormat format, int top, long maxPixels, int threads) implements Serializable {}

    /** A model that is ready to run, and the job that it belongs to. */
    private record Model(String job, List<String> classes, ImageClassifier classifier) {}

    /**
     * Prepares a prediction.
     *
     * @param model content of the model file
     * @param configuration how storage is reached
     */
    BlockPrediction(Settings settings, Broadcast<byte[]> model, Broadcast<SerializableConfiguration> configuration) {
        this.settings = settings;
        this.model = model;
        this.configuration = configuration;
    }

    Settings settings() {
        return settings;
    }

    @Override
    public Iterator<Row> call(Iterator<String[]> blocks) throws InterruptedException {
        Stream.Builder<List<Row>> rows = Stream.builder();
        while (blocks.hasNext()) {
            String[] block = blocks.next();
            rows.add(ComputeThread.run(() -> predict(block)));
        }
        return rows.build().flatMap(List::stream).iterator();
    }

    private List<Row> predict(String[] ids) {
        if (loaded == null || !loaded.job().equals(job)) {
            loaded = load();
        }
        Configuration storage = configuration.value().value();
        List<HadoopPhoto> photos =
                Arrays.stream(ids).map(id -> new HadoopPhoto(id, storage)).toList();
        Row[] rows = new Row[ids.length];
        loaded.classifier().classify(photos, result -> rows[result.photo()] = row(ids[result.photo()], result));
        return List.of(rows);
    }

    private Model load() {
        NativeDecoder.INSTANCE.startEarly();
        SavedModel read = ModelBytes.parse(model.value());
        Engines.start(
                new BackendOptions(BackendType.CPU, Optional.empty(), settings.threads()),
                read.architecture(),
                BlockPrediction::warn);
        ImageClassifier classifier =
                new ImageClassifier(read, settings.maxPixels(), settings.threads(), BlockPrediction::warn);
        return new Model(job, read.classes(), classifier.ofParts(settings.photos()));
    }

    private static void warn(String warning) {
        LoggerFactory.getLogger(BlockPrediction.class).warn("{}", warning);
    }

    private Row row(String id, Classification result) {
        return result.failed()
                ? settings.format().failed(id, settings.top(), result.failure())
                : settings.format()
                        .row(id, ClassProbability.ranked(loaded.classes(), result.probabilities(), settings.top()));
    }
}
