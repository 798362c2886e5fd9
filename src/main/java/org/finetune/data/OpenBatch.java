package org.finetune.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.finetune.data.ImageBatch.DecodedImage;
import org.finetune.data.ImageBatch.Failure;
import org.finetune.data.decode.ImageInfo;

/**
 * A batch of {@link ImagePipeline} in the making. Its counts of images are guarded by the pipeline's lock; what is noted
 * of an image is so by the one thread that decodes it, and read when the batch is done.
 */
final class OpenBatch {
    private final BytePointer buffer;
    private final int firstImage;
    private final int size;
    private final int views;
    private final long bytesPerImage;
    private final String[] hashes;
    private final String[] reasons;
    private final ImageInfo[] infos;
    private int begun;
    private int done;

    /**
     * Begins a batch.
     *
     * @param buffer where the images are decoded to
     * @param firstImage index of the first image in the pipeline's list
     * @param size number of images
     * @param views number of views of each image
     * @param bytesPerImage number of bytes of all views of an image
     */
    OpenBatch(BytePointer buffer, int firstImage, int size, int views, long bytesPerImage) {
        this.buffer = buffer;
        this.firstImage = firstImage;
        this.size = size;
        this.views = views;
        this.bytesPerImage = bytesPerImage;
        this.hashes = new String[size];
        this.reasons = new String[size];
        this.infos = new ImageInfo[size];
        Arrays.fill(hashes, "");
    }

    BytePointer buffer() {
        return buffer;
    }

    boolean hasRoom() {
        return begun < size;
    }

    boolean isDone() {
        return done == size;
    }

    /** Takes the next image to decode, and returns its position. */
    int begin() {
        return begun++;
    }

    /** Counts an image as decoded or failed. */
    void end() {
        done++;
    }

    /** The index in the pipeline's list of the image at a position. */
    int index(int position) {
        return firstImage + position;
    }

    /** Where the views of the image at a position belong. */
    BytePointer place(int position) {
        return buffer.getPointer(position * bytesPerImage);
    }

    void hash(int position, String sha256) {
        hashes[position] = sha256;
    }

    void describe(int position, ImageInfo info) {
        infos[position] = info;
    }

    void fail(int position, String reason) {
        reasons[position] = reason;
    }

    /**
     * Closes the gaps that failed images left.
     *
     * @param number number of the batches that were closed before
     * @param release runs when the batch is no longer needed
     */
    ImageBatch close(int number, Runnable release) {
        List<DecodedImage> decoded = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            if (reasons[i] != null) {
                failures.add(new Failure(index(i), hashes[i], reasons[i]));
                continue;
            }
            if (decoded.size() < i) {
                move(i, decoded.size());
            }
            decoded.add(new DecodedImage(index(i), hashes[i], infos[i]));
        }
        return new ImageBatch(number, buffer, views, decoded, failures, release);
    }

    private void move(int from, int to) {
        Pointer.memcpy(place(to), place(from), bytesPerImage);
    }
}
