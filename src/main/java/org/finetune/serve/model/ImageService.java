package org.finetune.serve.model;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.FinetuneException;
import org.finetune.backend.cuda.GpuFailureException;
import org.finetune.data.decode.PhotoMemoryException;
import org.finetune.data.decode.Resize;
import org.finetune.data.decode.TooManyPixelsException;
import org.finetune.explain.EncodedImage;
import org.finetune.explain.Overlay;
import org.finetune.inference.Answer;
import org.finetune.inference.Classification;
import org.finetune.inference.PhotoClassifier;
import org.finetune.serve.http.HttpFailure;
import org.finetune.serve.http.ServerMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Classifies the images of requests, up to a number at a time. */
public final class ImageService {
    private static final int LONGEST_SIDE = 512;
    private static final Logger LOG = LoggerFactory.getLogger(ImageService.class);

    private final int capacity;
    private final Optional<Double> threshold;
    private final Semaphore free;
    private final ServerMetrics metrics;
    private final Executor executor;
    /** A process cannot use a GPU any more that has failed. */
    private final AtomicBoolean gpuFailed = new AtomicBoolean();

    /**
     * Makes a service.
     *
     * @param capacity most images that are in work or wait at a time
     * @param threshold lowest probability with which a class is answered; without it, there are no answers
     * @param executor does what is to be done with the outcomes, so that the network can go on
     */
    public ImageService(int capacity, Optional<Double> threshold, ServerMetrics metrics, Executor executor) {
        this.capacity = capacity;
        this.threshold = threshold;
        this.free = new Semaphore(capacity);
        this.metrics = metrics;
        this.executor = executor;
        metrics.queue(() -> capacity - free.availablePermits());
    }

    /**
     * Classifies image files.
     *
     * @param files their contents
     * @param explain whether overlays are wanted
     * @return is completed with an outcome for each image
     * @throws HttpFailure if there is no room for so many
     */
    public CompletableFuture<ImageOutcomes> classify(ServedModel model, List<byte[]> files, boolean explain) {
        return classify(model, files, (classifier, file) -> {
            CompletableFuture<Classification> result = classifier.submit(file, explain);
            return result.thenApplyAsync(
                    done -> classified(
                            classifier,
                            done,
                            explain ? Optional.of(overlay(classifier, file, done)) : Optional.empty()),
                    executor);
        });
    }

    /**
     * Classifies images that are prepared already.
     *
     * @param images network input, {@code [H,W,3]} each
     * @return is completed with an outcome for each image
     * @throws HttpFailure if there is no room for so many, or they have another size than the network's
     */
    public CompletableFuture<ImageOutcomes> classifyPixels(ServedModel model, List<float[]> images) {
        return classify(model, images, (classifier, image) -> classifier
                .submit(image)
                .thenApplyAsync(done -> classified(classifier, done, Optional.empty()), executor));
    }

    /**
     * Does nothing as long as images can be classified.
     *
     * @throws HttpFailure if none can until the server is started again
     */
    public void requireWorking() {
        if (gpuFailed.get()) {
            throw HttpFailure.unavailable("The server's GPU has failed; start the server again.");
        }
    }

    /** Whether images have answers, which may be "unknown". */
    public boolean answers() {
        return threshold.isPresent();
    }

    private ImageOutcome classified(PhotoClassifier classifier, Classification result, Optional<byte[]> overlay) {
        int first = result.mostProbable();
        return new ImageOutcome.Classified(
                result,
                threshold.map(least -> Answer.of(
                        classifier.labels().get(first), result.probabilities()[first], least, result.unlike())),
                overlay);
    }

    /** How an image is classified. */
    private interface Work<T> {
        CompletableFuture<ImageOutcome> submit(PhotoClassifier classifier, T image);
    }

    private <T> CompletableFuture<ImageOutcomes> classify(ServedModel model, List<T> images, Work<T> work) {
        if (images.size() > capacity) {
            throw new HttpFailure(
                    HttpFailure.TOO_LARGE,
                    "The request has " + images.size() + " images, more than the " + capacity
                            + " that the server accepts at a time (--queue).");
        }
        if (!free.tryAcquire(images.size())) {
            throw HttpFailure.unavailable("The server has too many images to classify at the moment; try again.");
        }
        ServedModel.Lease lease = model.lease();
        Function<Throwable, ImageOutcome> failures = failure -> new ImageOutcome.Failed(failure(model, failure));
        List<CompletableFuture<ImageOutcome>> outcomes = images.stream()
                .map(image -> submitted(work, lease.classifier(), image).exceptionally(failures))
                .toList();
        return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
                .thenApply(all -> new ImageOutcomes(
                        lease.classifier().labels(),
                        lease.version(),
                        outcomes.stream().map(CompletableFuture::join).toList()))
                .whenComplete((all, failure) -> {
                    lease.close();
                    free.release(images.size());
                });
    }

    /** The outcome of an image, which fails if the classifier does not take the image: permits and lease have to come back. */
    private static <T> CompletableFuture<ImageOutcome> submitted(Work<T> work, PhotoClassifier classifier, T image) {
        try {
            return work.submit(classifier, image);
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static byte[] overlay(PhotoClassifier classifier, byte[] file, Classification result) {
        Resize resize = classifier.decoder().preprocessing().resize();
        try (Mat small = classifier.decoder().thumbnail(file, LONGEST_SIDE);
                Mat overlay = Overlay.over(small, resize, result.map().orElseThrow())) {
            return EncodedImage.png(overlay);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private HttpFailure failure(ServedModel model, Throwable thrown) {
        Throwable failure = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        if (failure instanceof TooManyPixelsException) {
            metrics.badImage(model.name());
            return new HttpFailure(HttpFailure.TOO_LARGE, "The image has " + failure.getMessage() + ".");
        }
        if (failure instanceof IOException) {
            metrics.badImage(model.name());
            return HttpFailure.badRequest("The image cannot be used: " + failure.getMessage() + ".");
        }
        if (failure instanceof PhotoMemoryException) {
            return HttpFailure.unavailable("The server has too little memory for so large an image at the moment.");
        }
        if (GpuFailureException.in(failure).isPresent()) {
            gpuFailed.set(true);
        }
        LOG.warn("An image could not be classified: {}", failure.toString());
        return failure instanceof FinetuneException
                ? HttpFailure.unavailable("The server cannot classify images at the moment; see its log.")
                : new HttpFailure(HttpFailure.INTERNAL, "The server failed; see its log.");
    }
}
