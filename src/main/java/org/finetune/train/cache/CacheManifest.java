package org.finetune.train.cache;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * Says what is in a file of activations. It is written as JSON after that file is whole and in its place.
 *
 * @param key what the activations stand for
 * @param layer name of the layer, for people
 * @param recordLength float32 values of a record, the activations of one view
 * @param size length of the file in bytes
 * @param crc32c CRC-32C of the file
 * @param images the images in the order of the run's list; those without a failure have their records in this order
 */
record CacheManifest(String key, String layer, int recordLength, long size, long crc32c, List<Image> images) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /**
     * An image.
     *
     * @param sha256 SHA-256 of the file's content, in hexadecimal, or "" if it could not be read
     * @param failure why there are no activations of it, or null if there are
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Image(String sha256, String failure) {}

    CacheManifest {
        images = List.copyOf(images);
    }

    /** The images of a cache, of which each of its list is either a sample or a failure. */
    static List<Image> images(ActivationCache cache) {
        Image[] images = new Image[cache.samples().size() + cache.failures().size()];
        cache.samples().forEach(sample -> images[sample.image()] = new Image(sample.sha256(), null));
        cache.failures().forEach(failure -> images[failure.image()] = new Image(failure.sha256(), failure.reason()));
        return Arrays.asList(images);
    }

    static CacheManifest read(Path file) throws IOException {
        CacheManifest manifest = JSON.readValue(Files.readAllBytes(file), CacheManifest.class);
        check(manifest != null, "the manifest is empty");
        return manifest;
    }

    /**
     * Writes the manifest so that it appears whole or not at all, replacing what is there.
     *
     * @param temporary where it is written first, a file of the same directory that nobody else uses
     */
    void write(Path file, Path temporary) throws IOException {
        try (FileChannel channel =
                FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer json = ByteBuffer.wrap(JSON.writeValueAsBytes(this));
            while (json.hasRemaining()) {
                channel.write(json);
            }
            channel.force(true);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
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
        check(contents.equals(images.stream().map(Image::sha256).toList()), "the images are others");
        long samples = images.stream().filter(image -> image.failure() == null).count();
        check(size == samples * views * recordLength * Float.BYTES, "the number of records is another");
    }

    /** Checks that the activations are those that were written. */
    void requireContent(FileStore store) throws IOException {
        check(store.size() == size, "the file has " + store.size() + " instead of " + size + " bytes");
        check(store.crc32c() == crc32c, "the checksum is wrong");
    }

    private static void check(boolean right, String reason) throws IOException {
        if (!right) {
            throw new IOException(reason);
        }
    }
}
