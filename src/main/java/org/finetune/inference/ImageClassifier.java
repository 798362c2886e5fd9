package org.finetune.inference;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.MemoryShortage;
import org.finetune.backend.ThreadCount;
import org.finetune.data.Augmentation;
import org.finetune.data.BatchWorkers;
import org.finetune.data.ImageBatch;
import org.finetune.data.ImagePipeline;
import org.finetune.data.ImagePipeline.Capacity;
import org.finetune.data.Photo;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.engine.Classifier;
import org.finetune.engine.select.Engines;
import org.finetune.metrics.FeatureDistance;
import org.finetune.model.SavedModel;

/** Classifies photos with a saved model, prepared as the model was trained. */
public final class ImageClassifier {
    private static final int BATCHES_AHEAD = 3;

    private final SavedModel model;
    private final Preprocessing preprocessing;
    private final long maxPixels;
    private final int threads;
    private final Consumer<String> warnings;
    /** The features of the training photos, if photos are to be compared with them. */
    private final Optional<FeatureDistance> training;
    /** Photos of the list that the lists to classify are parts of, or 0 if each stands for itself. */
    private final long listed;

    /**
     * Prepares a model.
     *
     * @param maxPixels most pixels of an image that is decoded
     * @param threads number of threads that decode, or 0 for as many as there are cores
     * @param warnings is told that memory is short
     * @throws FinetuneException with {@link ExitCode#MODEL} if the model wants another preprocessing than this version's
     */
    public ImageClassifier(SavedModel model, long maxPixels, int threads, Consumer<String> warnings) {
        this(model, maxPixels, threads, warnings, Optional.empty(), 0);
    }

    private ImageClassifier(
            SavedModel model,
            long maxPixels,
            int threads,
            Consumer<String> warnings,
            Optional<FeatureDistance> training,
            long listed) {
        this.model = model;
        this.training = training;
        this.listed = listed;
        this.preprocessing = Preprocessing.fromMap(model.preprocessing());
        this.maxPixels = maxPixels;
        this.threads = ThreadCount.orProcessors(threads);
        this.warnings = warnings;
        if (preprocessing.size() != model.architecture().size()) {
            throw new FinetuneException(
                    ExitCode.MODEL,
                    "The model's network takes " + model.architecture().size() + " pixels but its preprocessing "
                            + "makes "
                            + preprocessing.size() + "; train it again.");
        }
    }

    /**
     * The same classifier, but one that says of each photo whether it is unlike those of the training.
     *
     * @param training the features of the training photos
     */
    public ImageClassifier comparing(FeatureDistance training) {
        return new ImageClassifier(model, maxPixels, threads, warnings, Optional.of(training), listed);
    }

    /**
     * The same classifier for lists that are parts of a longer one. If each part but the last has a multiple of the
     * {@linkplain Engines#frozenBatch batch} of the whole list, the results are those of the whole list, to the last bit.
     *
     * @param photos number of photos of the whole list
     */
    public ImageClassifier ofParts(long photos) {
        return new ImageClassifier(model, maxPixels, threads, warnings, training, photos);
    }

    /** Number of photos of a batch where there are any number of photos. */
    public int batch() {
        return Engines.frozenBatch(preprocessing.size(), Long.MAX_VALUE);
    }

    /**
     * Classifies photos, decoding ahead.
     *
     * @param results is notified of each photo, in the order of the list
     */
    public void classify(List<? extends Photo> photos, Consumer<Classification> results) {
        run(photos, false, results);
    }

    /**
     * Classifies photos, and finds out where the most probable class was seen on each.
     *
     * @param results is notified of each photo, in the order of the list
     */
    public void explain(List<? extends Photo> photos, Consumer<Classification> results) {
        run(photos, true, results);
    }

    private void run(List<? extends Photo> photos, boolean maps, Consumer<Classification> results) {
        if (photos.isEmpty()) {
            return;
        }
        int batchSize = Engines.frozenBatch(preprocessing.size(), Math.max(listed, photos.size()));
        while (!tryBatches(photos, batchSize, maps, results)) {
            warnings.accept(
                    "Too little memory for " + batchSize + " photos at a time; continuing with " + batchSize / 2);
            batchSize /= 2;
        }
    }

    /** Classifies with a batch of a size; false, before there are any results, if memory does not suffice for that. */
    private boolean tryBatches(
            List<? extends Photo> photos, int batchSize, boolean maps, Consumer<Classification> results) {
        // The decoding threads load OpenCV while the network is laid out.
        ImagePipeline pipeline = pipeline(photos, batchSize, Engines.part(batchSize));
        try {
            Optional<Classifier> laidOut = classifier(batchSize, maps);
            if (laidOut.isEmpty()) {
                return false;
            }
            try (Classifier classifier = laidOut.get()) {
                int part = classifier.parts().get(0).batchSize();
                if (part != Engines.part(batchSize)) {
                    pipeline.close();
                    pipeline = pipeline(photos, batchSize, part);
                }
                List<Function<ImageBatch, Collection<Classification>>> workers = classifier.parts().stream()
                        .<Function<ImageBatch, Collection<Classification>>>map(
                                network -> batch -> classify(network, batch, maps))
                        .toList();
                BatchWorkers.run(pipeline, workers, batch -> batch.forEach(results));
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FinetuneException(ExitCode.INTERRUPTED, "Interrupted.", e);
        } finally {
            pipeline.close();
        }
    }

    /**
     * Reads and decodes photos ahead.
     *
     * @param batchSize number of photos at a time
     * @param part number of those that are classified together
     */
    private ImagePipeline pipeline(List<? extends Photo> photos, int batchSize, int part) {
        ImageDecoder decoder = new ImageDecoder(preprocessing, maxPixels).to(Engines.pixels());
        Capacity capacity = new Capacity(part, threads, BATCHES_AHEAD * batchSize / part);
        return new ImagePipeline(decoder, Augmentation.NONE, photos, capacity, false);
    }

    /** A classifier with a batch of a size, unless there is too little memory and a smaller one might do. */
    private Optional<Classifier> classifier(int batchSize, boolean maps) {
        try {
            return Optional.of(Engines.classifier(model, batchSize, maps));
        } catch (RuntimeException | OutOfMemoryError e) {
            if (batchSize == 1 || MemoryShortage.in(e).orElse(null) != MemoryShortage.NATIVE) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private Collection<Classification> classify(Classifier classifier, ImageBatch batch, boolean maps) {
        SortedMap<Integer, Classification> classifications = new TreeMap<>();
        for (ImageBatch.Failure failure : batch.failures()) {
            classifications.put(failure.index(), Classification.failed(failure.index(), failure.reason()));
        }
        if (batch.rows() > 0) {
            float[][] probabilities = classifier.classify(batch.pixels(), batch.rows());
            for (int row = 0; row < probabilities.length; row++) {
                int index = batch.images().get(row).index();
                classifications.put(
                        index, Classification.of(index, classifier, row, probabilities[row], maps, training));
            }
        }
        batch.release();
        return classifications.values();
    }
}
