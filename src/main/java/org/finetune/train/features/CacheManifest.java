package org.finetune.train.features;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Says what is in a file of activations. It is written, as {@link ChecksummedJson}, after that file is whole and in its place.
 *
 * @param key what the activations stand for
 * @param layer name of the layer, for people
 * @param recordLength float32 values of a record, the activations of one view
 * @param images the images in the order of the run's list; those without a failure have their records in this order
 */
record CacheManifest(String key, String layer, int recordLength, List<Image> images) {
    /**
     * An image.
     *
     * @param sha256 SHA-256 of the file's content, in hexadecimal, or "" if it could not be read
     * @param failure why there are no activations of it, or null if there are
     * @param crc32c CRC-32C of each of its records, or null if there are none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Image(String sha256, String failure, int[] crc32c) {}

    CacheManifest {
        images = List.copyOf(images);
    }

    /**
     * The images of a cache, of which each of its list is either a sample or a failure.
     *
     * @param store the activations of one layer
     */
    static List<Image> images(ActivationCache cache, FileStore store) {
        Image[] images = new Image[cache.done()];
        for (int i = 0; i < cache.samples().size(); i++) {
            int[] crc32c = IntStream.range(i * cache.views(), (i + 1) * cache.views())
                    .map(store::checksum)
                    .toArray();
            images[cache.samples().get(i).image()] =
                    new Image(cache.samples().get(i).sha256(), null, crc32c);
        }
        cache.failures()
                .forEach(failure -> images[failure.image()] = new Image(failure.sha256(), failure.reason(), null));
        return Arrays.asList(images);
    }

    /** CRC-32C of all records, in order. */
    int[] checksums() {
        return images.stream()
                .filter(image -> image.crc32c() != null)
                .flatMapToInt(image -> Arrays.stream(image.crc32c()))
                .toArray();
    }

    static CacheManifest read(Path file) throws IOException {
        return ChecksummedJson.read(file, new TypeReference<>() {});
    }

    /** Writes the manifest so that it appears whole or not at all, replacing what is there. */
    void write(Path file) throws IOException {
        ChecksummedJson.write(file, this);
    }

    /**
     * Checks that this is about the wanted activations.
     *
     * @param contents for each image the SHA-256 of the file in hexadecimal, or "" if it cannot be read
     * @throws IOException saying what differs
     */
    void require(CacheKey wanted, int wantedLength, int views, List<String> contents) throws IOException {
        check(wanted.sha256().equals(key), "the key in the manifest is another");
        check(recordLength == wantedLength, "the length of the records is another");
        check(contents.equals(images.stream().map(Image::sha256).toList()), "the photos are others");
        for (Image image : images) {
            boolean whole = image.failure() == null
                    ? image.crc32c() != null && image.crc32c().length == views
                    : image.crc32c() == null;
            check(whole, "the number of records is another");
        }
    }

    /** Checks that a file is not longer than it was written. */
    void requireLength(FileStore store) throws IOException {
        long bytes = (long) store.records() * recordLength * Float.BYTES;
        check(store.size() <= bytes, "the file has " + store.size() + " instead of " + bytes + " bytes");
    }

    private static void check(boolean right, String reason) throws IOException {
        if (!right) {
            throw new IOException(reason);
        }
    }
}
