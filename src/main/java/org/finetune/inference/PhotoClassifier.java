package org.finetune.inference;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.BackendOptions;
import org.finetune.backend.BackendType;
import org.finetune.backend.PixelType;
import org.finetune.backend.ThreadCount;
import org.finetune.data.Photo;
import org.finetune.data.PhotoFile;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.decode.View;
import org.finetune.engine.check.SelfCheck;
import org.finetune.engine.select.Engines;
import org.finetune.metrics.FeatureDistance;
import org.finetune.model.SavedModel;
import org.slf4j.LoggerFactory;

/**
 * A trained classifier for programs on the JVM: it reads a run and says what is on photos.
 *
 * <pre>{@code
 * try (PhotoClassifier classifier = PhotoClassifier.load(Path.of("runs/flowers"))) {
 *     Prediction prediction = classifier.classify(Path.of("photo.jpg"));
 *     System.out.println(prediction.label() + " " + prediction.probability());
 * }
 * }</pre>
 *
 * <p>One object serves any number of threads: photos are decoded side by side, and those that are there at the same time run
 * through the network as one batch. Photos are prepared as they were for training, so that probabilities are those of
 * {@code finetune predict}. A photo that cannot be used is an {@link IOException} whose message says why, such as "truncated
 * JPEG"; a model or machine that cannot be used is a {@link FinetuneException}.
 */
public final class PhotoClassifier implements AutoCloseable {
    private static boolean backendIsStarted;

    private final SavedModel model;
    private final Options options;
    private final PixelType pixels = Engines.pixels();
    private final ImageDecoder decoder;
    private final ImageClassifier lists;
    private BatchedNetwork network;
    private ExecutorService decoders;
    private boolean closed;

    /**
     * How a classifier works.
     *
     * @param threads threads that decode and, where {@link #load} starts ND4J, compute; 0 for as many as there are cores
     * @param maxPixels most pixels, width times height, of a photo
     * @param maxBatch most images that share a batch, at least 1
     * @param maxWait longest time that an image waits for others that are being decoded
     * @param warnings is notified if memory is short, or of names of classes that do not count
     * @param listener is notified of decoding and batches
     * @param training the features of the training photos, if photos are to be compared with them
     */
    public record Options(
            int threads,
            long maxPixels,
            int maxBatch,
            Duration maxWait,
            Consumer<String> warnings,
            ClassifierListener listener,
            Optional<FeatureDistance> training) {
        private static final int MAX_BATCH = 16;
        private static final Duration MAX_WAIT = Duration.ofMillis(3);

        /** The defaults: all cores, photos of up to 200 megapixels, and warnings that go to the log (SLF4J). */
        public static Options defaults() {
            return new Options(
                    0,
                    ImageDecoder.DEFAULT_MAX_PIXELS,
                    MAX_BATCH,
                    MAX_WAIT,
                    warning -> LoggerFactory.getLogger(PhotoClassifier.class).warn(warning),
                    ClassifierListener.NONE,
                    Optional.empty());
        }

        /** The same with another number of threads. */
        public Options withThreads(int number) {
            return new Options(number, maxPixels, maxBatch, maxWait, warnings, listener, training);
        }

        /** The same with another limit for the pixels of a photo. */
        public Options withMaxPixels(long most) {
            return new Options(threads, most, maxBatch, maxWait, warnings, listener, training);
        }

        /** The same with other batches. */
        public Options withBatches(int most, Duration longestWait) {
            return new Options(threads, maxPixels, most, longestWait, warnings, listener, training);
        }

        /** The same with warnings that go elsewhere. */
        public Options withWarnings(Consumer<String> receiver) {
            return new Options(threads, maxPixels, maxBatch, maxWait, receiver, listener, training);
        }

        /** The same with a listener. */
        public Options withListener(ClassifierListener other) {
            return new Options(threads, maxPixels, maxBatch, maxWait, warnings, other, training);
        }

        /** The same, but the classifier says of each photo that is submitted whether it is unlike those of the training. */
        public Options withTraining(FeatureDistance features) {
            return new Options(threads, maxPixels, maxBatch, maxWait, warnings, listener, Optional.of(features));
        }
    }

    private PhotoClassifier(SavedModel model, Options options) {
        this.model = model;
        this.options = options;
        this.decoder = new ImageDecoder(Preprocessing.fromMap(model.preprocessing()), options.maxPixels()).to(pixels);
        this.lists = new ImageClassifier(model, options.maxPixels(), options.threads(), options.warnings());
    }

    /**
     * Loads a classifier with the default options.
     *
     * @param run a run directory, or its {@code model.zip}
     * @throws FinetuneException if there is no model or it cannot be used, or the backend does not start
     */
    public static PhotoClassifier load(Path run) {
        return load(run, Options.defaults());
    }

    /**
     * Loads a classifier. The first one starts ND4J, with its number of threads.
     *
     * @param run a run directory, or its {@code model.zip}
     * @throws FinetuneException if there is no model or it cannot be used, or the backend does not start
     */
    public static PhotoClassifier load(Path run, Options options) {
        startBackend(options);
        PhotoClassifier classifier = of(new SavedRun(run).model(options.warnings()), options);
        classifier.network();
        return classifier;
    }

    private static synchronized void startBackend(Options options) {
        if (!backendIsStarted) {
            Engines.start(
                    new BackendOptions(BackendType.AUTO, Optional.empty(), options.threads()),
                    SelfCheck.NETWORK,
                    options.warnings());
            backendIsStarted = true;
        }
    }

    /**
     * A classifier of a model that was read. ND4J has been started.
     *
     * @throws FinetuneException with {@link ExitCode#MODEL} if the model wants another preprocessing than this version's
     */
    public static PhotoClassifier of(SavedModel model, Options options) {
        return new PhotoClassifier(model, options);
    }

    /** The names of the classes, in the order of the model's outputs. */
    public List<String> labels() {
        return model.classes();
    }

    /** The height and width of the network's input, in pixels. */
    public int inputSize() {
        return model.architecture().size();
    }

    /**
     * Classifies a photo in a file.
     *
     * @throws IOException if it cannot be read or used
     */
    public Prediction classify(Path photo) throws IOException {
        return classify(new PhotoFile(photo).read());
    }

    /**
     * Classifies a photo that is read from a stream.
     *
     * @param photo the content of an image file; left open
     * @throws IOException if it cannot be read or used
     */
    public Prediction classify(InputStream photo) throws IOException {
        byte[] file = photo.readNBytes(Photo.MAX_BYTES + 1);
        if (file.length > Photo.MAX_BYTES) {
            throw new IOException("larger than " + (Photo.MAX_BYTES >> 20) + " MiB");
        }
        return classify(file);
    }

    /**
     * Classifies an image that was decoded elsewhere, as if it were saved as a PNG file.
     *
     * @throws IOException if it cannot be used
     */
    public Prediction classify(BufferedImage image) throws IOException {
        return classify(ImageBytes.of(image));
    }

    /**
     * Classifies a photo.
     *
     * @param file the content of an image file
     * @throws IOException if it cannot be used
     */
    public Prediction classify(byte[] file) throws IOException {
        try {
            return Prediction.of(labels(), submit(file, false).join().probabilities());
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof IOException) {
                throw new IOException(cause.getMessage(), cause);
            }
            if (cause instanceof FinetuneException failure) {
                throw new FinetuneException(failure.exitCode(), failure.getMessage(), failure);
            }
            throw e;
        }
    }

    /**
     * Decodes and classifies a photo on other threads.
     *
     * @param file the content of an image file
     * @param map whether the map of the most probable class is wanted
     * @return is completed with the outcome, or exceptionally with an {@link IOException} if the photo cannot be used; to cancel
     *     it saves the work that was not begun
     */
    public CompletableFuture<Classification> submit(byte[] file, boolean map) {
        return submit(() -> new BatchedNetwork.Image(decoded(file), pixels), map);
    }

    private Pointer decoded(byte[] file) throws IOException {
        long start = System.nanoTime();
        Pointer image = pixels.allocate(decoder.preprocessing().valuesPerImage());
        try {
            decoder.decode(file, List.of(View.PLAIN), image);
        } catch (IOException | RuntimeException | Error e) {
            image.close();
            throw e;
        }
        options.listener().decoded(System.nanoTime() - start);
        return image;
    }

    /**
     * Classifies an image that is prepared already.
     *
     * @param image network input, {@code [H,W,3]} float32, RGB, scaled to [-1, 1]
     * @throws IllegalArgumentException if it has another number of values than the network's input
     */
    public CompletableFuture<Classification> submit(float[] image) {
        if (image.length != decoder.preprocessing().valuesPerImage()) {
            throw new IllegalArgumentException(image.length + " values for an image");
        }
        return submit(() -> new BatchedNetwork.Image(new FloatPointer(image), PixelType.FLOAT32), false);
    }

    /** What makes an image for the network. */
    private interface Source {
        BatchedNetwork.Image make() throws IOException;
    }

    private CompletableFuture<Classification> submit(Source source, boolean map) {
        BatchedNetwork target = announce();
        CompletableFuture<Classification> result = new CompletableFuture<>();
        decoders.execute(() -> prepare(target, source, map, result));
        return result;
    }

    private void prepare(BatchedNetwork target, Source source, boolean map, CompletableFuture<Classification> result) {
        if (result.isDone()) {
            target.withdraw();
            return;
        }
        try {
            target.add(new BatchedNetwork.Work(source.make(), map, result));
        } catch (IOException | RuntimeException | Error e) {
            target.withdraw();
            result.completeExceptionally(e);
        }
    }

    /** Announces an image, so that {@link #close} waits for it. */
    private synchronized BatchedNetwork announce() {
        BatchedNetwork target = network();
        target.announce();
        return target;
    }

    /** The network for single photos, which is laid out when it is first asked for. */
    private synchronized BatchedNetwork network() {
        if (closed) {
            throw new IllegalStateException("The classifier is closed");
        }
        if (network == null) {
            network = new BatchedNetwork(model, options);
            decoders = Executors.newFixedThreadPool(ThreadCount.orProcessors(options.threads()), work -> {
                Thread thread = new Thread(work, "decoder");
                thread.setDaemon(true);
                return thread;
            });
        }
        return network;
    }

    /** Waits until a photo can be classified without delay. */
    public void prepare() {
        network();
    }

    /** Classifies lists of photos: it reads and decodes ahead, and fills large batches. */
    public ImageClassifier lists() {
        return lists;
    }

    /** The decoder of the model's photos. */
    public ImageDecoder decoder() {
        return decoder;
    }

    /** Waits until all photos that were submitted are classified, and frees the network's memory. */
    @Override
    public void close() {
        BatchedNetwork open;
        synchronized (this) {
            closed = true;
            open = network;
        }
        if (open != null) {
            open.close();
            decoders.shutdown();
        }
    }
}
