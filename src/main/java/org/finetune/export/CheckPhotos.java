package org.finetune.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.data.Dataset;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.Photo;
import org.finetune.data.PhotoSource;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.View;
import org.finetune.data.source.PhotoSources;
import org.finetune.model.Tensor;
import org.finetune.run.RunDirectory;
import org.finetune.run.files.ImageList;
import org.finetune.run.files.RecordedConfig;

/**
 * Photos that an export is checked on, or calibrated with.
 *
 * @param photos all that there are to choose from, by class; the label of a class that the model does not have is -1
 */
public record CheckPhotos(List<LabeledPhoto> photos) {
    public CheckPhotos {
        photos = List.copyOf(photos);
    }

    /**
     * The validation photos of a run, wherever they are now.
     *
     * @param classes the model's classes
     * @throws FinetuneException with {@link ExitCode#DATA} if the run does not say which they are
     */
    public static CheckPhotos ofValidation(RunDirectory run, List<String> classes) {
        return ofRun(run, ImageList.VALIDATION, classes);
    }

    /**
     * The training photos of a run, wherever they are now.
     *
     * @param classes the model's classes
     * @throws FinetuneException with {@link ExitCode#DATA} if the run does not say which they are
     */
    public static CheckPhotos ofTraining(RunDirectory run, List<String> classes) {
        return ofRun(run, ImageList.TRAINING, classes);
    }

    private static CheckPhotos ofRun(RunDirectory run, String set, List<String> classes) {
        PhotoSource source = PhotoSources.of(Path.of(config(run).values().getOrDefault("data", "")));
        List<ImageList.Image> images = ImageList.read(run.images()).images();
        // Classes that were renamed later are in the same order as before.
        List<String> former =
                images.stream().map(ImageList.Image::label).distinct().sorted().toList();
        List<String> names = classes.containsAll(former) ? classes : former;
        return new CheckPhotos(images.stream()
                .filter(image -> image.set().equals(set))
                .map(image -> new LabeledPhoto(source.photo(image.path()), names.indexOf(image.label())))
                .toList());
    }

    private static RecordedConfig config(RunDirectory run) {
        try {
            return RecordedConfig.read(run.config());
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "Cannot read '" + run.config() + "': " + FailureReason.of(e)
                            + "; give photos to check the export on with --data.",
                    e);
        }
    }

    /**
     * The validation photos of a directory with a sub-directory per class, or of another source.
     *
     * @param classes the model's classes
     * @throws FinetuneException with {@link ExitCode#DATA} if it has none
     */
    public static CheckPhotos ofDirectory(Path data, List<String> classes) {
        Dataset dataset = PhotoSources.of(data).forEvaluation(Optional.empty());
        return new CheckPhotos(dataset.validation().stream()
                .map(photo -> new LabeledPhoto(
                        photo.photo(), classes.indexOf(dataset.classes().get(photo.label()))))
                .toList());
    }

    /** Those of the model's classes. */
    public CheckPhotos known() {
        return new CheckPhotos(
                photos.stream().filter(photo -> photo.label() >= 0).toList());
    }

    /** So many of the photos or all of them, evenly spread over the list. */
    public CheckPhotos sample(int most) {
        int count = Math.min(most, photos.size());
        return new CheckPhotos(IntStream.range(0, count)
                .mapToObj(i -> photos.get((int) ((long) i * photos.size() / count)))
                .toList());
    }

    /**
     * Decodes the photos. Those that cannot be used are passed over.
     *
     * @return {@code [N,H,W,3]}, RGB, scaled to [-1, 1]
     * @throws FinetuneException with {@link ExitCode#DATA} if none can be used
     */
    public Tensor decode(ImageDecoder decoder) {
        Decoded decoded = decodeReadable(decoder);
        if (decoded.labels().isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "No photo to check the export on could be read (" + decoded.failure()
                            + "); give a directory of photos with --data.");
        }
        return decoded.images();
    }

    /**
     * Photos that could be read.
     *
     * @param images {@code [N,H,W,3]}, RGB, scaled to [-1, 1]
     * @param labels their labels
     * @param failure what is wrong with the last of those that could not
     */
    record Decoded(Tensor images, List<Integer> labels, String failure) {}

    /** Decodes the photos, of which it may be that none can be read. */
    Decoded decodeReadable(ImageDecoder decoder) {
        int values = decoder.preprocessing().valuesPerImage();
        int size = decoder.preprocessing().size();
        float[] images = new float[Math.multiplyExact(photos.size(), values)];
        List<Integer> labels = new ArrayList<>();
        String failure = "there is none";
        try (FloatPointer destination = new FloatPointer(values)) {
            for (LabeledPhoto labeled : photos) {
                Photo photo = labeled.photo();
                try {
                    decoder.decode(photo.read(), List.of(View.PLAIN), destination);
                    destination.get(images, labels.size() * values, values);
                    labels.add(labeled.label());
                } catch (IOException e) {
                    failure = "'" + photo.id() + "': " + FailureReason.of(e);
                }
            }
        }
        float[] read = Arrays.copyOf(images, labels.size() * values);
        return new Decoded(new Tensor(read, new long[] {labels.size(), size, size, 3}), labels, failure);
    }
}
