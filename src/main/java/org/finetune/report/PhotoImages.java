package org.finetune.report;

import java.io.IOException;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.data.Photo;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.engine.ActivationMap;
import org.finetune.explain.EncodedImage;
import org.finetune.explain.Overlay;
import org.finetune.inference.ImageClassifier;

/** Small images of photos, and of where their most probable class was seen on them, as {@code data:} addresses. */
final class PhotoImages {
    /** Longest side of an image in pixels. */
    static final int LONGEST_SIDE = 176;

    private final Map<Photo, Images> images = new ConcurrentHashMap<>();

    /**
     * The images of a photo.
     *
     * @param photo the photo itself
     * @param map the photo with its class activation map laid over it
     */
    record Images(String photo, String map) {}

    /** Makes the images of some photos. Photos that can no longer be read get none. */
    PhotoImages(Collection<Photo> photos, ImageClassifier classifier, ImageDecoder decoder) {
        List<Photo> list = photos.stream().distinct().toList();
        Map<Photo, ActivationMap> maps = new ConcurrentHashMap<>();
        classifier.explain(list, result -> result.map().ifPresent(map -> maps.put(list.get(result.photo()), map)));
        maps.entrySet().parallelStream().forEach(entry -> make(entry.getKey(), entry.getValue(), decoder));
    }

    private void make(Photo photo, ActivationMap map, ImageDecoder decoder) {
        try (Mat thumbnail = decoder.thumbnail(photo.read(), LONGEST_SIDE);
                Mat overlay = Overlay.over(thumbnail, decoder.preprocessing().resize(), map)) {
            images.put(photo, new Images(address(thumbnail), address(overlay)));
        } catch (IOException e) {
            // It was deleted or changed since it was classified; the report names it all the same.
        }
    }

    /** The images of a photo, unless it can no longer be read. */
    Optional<Images> of(Photo photo) {
        return Optional.ofNullable(images.get(photo));
    }

    /** An 8-bit RGB image as a {@code data:} address. */
    static String address(Mat rgb) {
        return "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(EncodedImage.jpeg(rgb));
    }
}
