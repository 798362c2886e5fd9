package org.finetune.data;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.javacpp.Pointer;
import org.finetune.data.decode.ImageInfo;

/**
 * A batch of network input that an {@link ImagePipeline} has made. Row {@code r} is view {@code r % views} of the image
 * {@code images().get(r / views)}.
 */
public final class ImageBatch {
    private final int number;
    private final Pointer pixels;
    private final int views;
    private final List<DecodedImage> images;
    private final List<Failure> failures;
    private final Runnable onRelease;
    private final AtomicBoolean released = new AtomicBoolean();

    ImageBatch(
            int number,
            Pointer pixels,
            int views,
            List<DecodedImage> images,
            List<Failure> failures,
            Runnable onRelease) {
        this.number = number;
        this.pixels = pixels;
        this.views = views;
        this.images = List.copyOf(images);
        this.failures = List.copyOf(failures);
        this.onRelease = onRelease;
    }

    /**
     * An image of the batch.
     *
     * @param index its index in the pipeline's list
     * @param sha256 SHA-256 of the very bytes that were decoded, in hexadecimal, or "" if none was wanted
     * @param info its description, or null if none was wanted
     */
    public record DecodedImage(int index, String sha256, ImageInfo info) {}

    /**
     * An image that could not be decoded.
     *
     * @param index its index in the pipeline's list
     * @param sha256 SHA-256 of the file, in hexadecimal, or "" if it could not be read or none was wanted
     * @param reason a few words without the file's name
     */
    public record Failure(int index, String sha256, String reason) {}

    /** Number of the pipeline's batches before this one. */
    public int number() {
        return number;
    }

    /**
     * The images, {@code [rows, size, size, 3]} as the decoder writes them, in native memory that belongs to the pipeline and is
     * valid until the batch is released or the pipeline closed.
     */
    public Pointer pixels() {
        return pixels;
    }

    /** Number of rows; 0 if no image of the batch could be decoded. */
    public int rows() {
        return images.size() * views;
    }

    /** The images, in the order of the pipeline's list. */
    public List<DecodedImage> images() {
        return images;
    }

    /** The images that have no rows since they could not be decoded, in the order of the pipeline's list. */
    public List<Failure> failures() {
        return failures;
    }

    /** Gives the memory back to the pipeline, which needs it to go on. */
    public void release() {
        if (released.compareAndSet(false, true)) {
            onRelease.run();
        }
    }
}
