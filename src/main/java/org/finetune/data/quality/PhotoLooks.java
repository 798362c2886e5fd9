package org.finetune.data.quality;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.finetune.data.Dataset;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.LookAlikes;
import org.finetune.data.decode.PerceptualHash;

/** Finds photos that look alike by decoding all of them, and keeps what else that brings to light. */
public final class PhotoLooks implements LookAlikes {
    private final long maxPixels;
    private final int threads;
    private PhotoCheck looked;

    /**
     * Prepares to look.
     *
     * @param maxPixels most pixels of an image that is decoded
     * @param threads number of threads that decode
     */
    public PhotoLooks(long maxPixels, int threads) {
        this.maxPixels = maxPixels;
        this.threads = threads;
    }

    @Override
    public List<List<Integer>> find(List<LabeledPhoto> photos, LongConsumer progress) {
        looked = PhotoCheck.of(photos, maxPixels, threads, progress);
        Map<String, PerceptualHash> hashes = new HashMap<>();
        for (CheckedPhoto photo : looked.checked()) {
            if (photo.info() != null && photo.info().hash() != null) {
                hashes.put(photo.id(), photo.info().hash());
            }
        }
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < photos.size(); i++) {
            if (hashes.containsKey(photos.get(i).photo().id())) {
                places.add(i);
            }
        }
        return NearDuplicates.groups(places.stream()
                        .map(place -> hashes.get(photos.get(place).photo().id()))
                        .toList())
                .stream()
                .map(group -> group.stream().map(places::get).toList())
                .toList();
    }

    /** Whether photos were looked at, which those that are divided already are not. */
    public boolean hasLooked() {
        return looked != null;
    }

    /**
     * The check of each photo of a data set whose photos were looked at.
     *
     * @throws IllegalStateException if none were
     */
    public PhotoCheck check(Dataset data) {
        if (looked == null) {
            throw new IllegalStateException("No photos were looked at");
        }
        return looked.divided(data);
    }
}
