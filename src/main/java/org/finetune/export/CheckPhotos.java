package org.finetune.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.Photo;
import org.finetune.data.PhotoSource;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.View;
import org.finetune.model.Tensor;
import org.finetune.run.RunDirectory;
import org.finetune.run.files.ImageList;
import org.finetune.run.files.RecordedConfig;

/**
 * The photos that an export is checked on.
 *
 * @param photos all that there are to choose from, by class
 */
public record CheckPhotos(List<Photo> photos) {
    /** Most photos that are used. */
    static final int COUNT = 16;

    private static final String VALIDATION = "validation";

    public CheckPhotos {
        photos = List.copyOf(photos);
    }

    /**
     * The validation photos of a run, wherever they are now.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if the run does not say which they are
     */
    public static CheckPhotos ofRun(RunDirectory run) {
        PhotoSource source = PhotoSource.of(Path.of(config(run).values().getOrDefault("data", "")));
        return new CheckPhotos(ImageList.read(run.images()).images().stream()
                .filter(image -> image.set().equals(VALIDATION))
                .map(image -> source.photo(image.path()))
                .toList());
    }

    private static RecordedConfig config(RunDirectory run) {
        try {
            return RecordedConfig.read(run.config());
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "Cannot read '" + run.config() + "': " + FailureReason.of(e)
                            + "; name photos to check the export on with --data.",
                    e);
        }
    }

    /**
     * The validation photos of a directory with a sub-directory per class.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if it has none
     */
    public static CheckPhotos ofDirectory(Path data) {
        return new CheckPhotos(PhotoSource.of(data).forEvaluation(Optional.empty()).validation().stream()
                .map(LabeledPhoto::photo)
                .toList());
    }

    /**
     * Decodes up to 16 of the photos, evenly spread over the list. Those that cannot be used are passed over.
     *
     * @return {@code [N,H,W,3]}, RGB, scaled to [-1, 1]
     * @throws FinetuneException with {@link ExitCode#DATA} if none can be used
     */
    public Tensor decode(ImageDecoder decoder) {
        int values = decoder.preprocessing().valuesPerImage();
        List<float[]> decoded = new ArrayList<>();
        String reason = "there is none";
        try (FloatPointer destination = new FloatPointer(values)) {
            for (Photo photo : spread()) {
                try {
                    decoder.decode(photo.read(), List.of(View.PLAIN), destination);
                    float[] image = new float[values];
                    destination.get(image);
                    decoded.add(image);
                } catch (IOException e) {
                    reason = "'" + photo.id() + "': " + FailureReason.of(e);
                }
            }
        }
        if (decoded.isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "No validation photo can be read to check the export on (" + reason
                            + "); name a directory of photos with --data.");
        }
        float[] all = new float[decoded.size() * values];
        for (int image = 0; image < decoded.size(); image++) {
            System.arraycopy(decoded.get(image), 0, all, image * values, values);
        }
        int size = decoder.preprocessing().size();
        return new Tensor(all, new long[] {decoded.size(), size, size, 3});
    }

    private List<Photo> spread() {
        int count = Math.min(COUNT, photos.size());
        return IntStream.range(0, count)
                .mapToObj(i -> photos.get((int) ((long) i * photos.size() / count)))
                .toList();
    }
}
