package org.finetune.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.Photo;
import org.finetune.data.PhotoSource;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.metrics.LabelErrors;
import org.finetune.run.AtomicFile;

/** Writes photos whose labels are doubtful as a page that loads nothing from anywhere. */
public final class LabelErrorHtml {
    /** Photos that the page shows. */
    private static final int SHOWN = 200;

    private final LabelErrors errors;
    private final List<String> classes;
    private final PhotoSource source;
    private final Map<String, Photo> photos;
    private final ImageDecoder decoder;
    private final ShownNames names = new ShownNames();

    /**
     * Prepares a page.
     *
     * @param classes names of the classes by label
     * @param source where the photos are, whose names in it are shown
     * @param photos the photos, among them those of the labels
     * @param decoder reads the photos
     */
    public LabelErrorHtml(
            LabelErrors errors,
            List<String> classes,
            PhotoSource source,
            List<LabeledPhoto> photos,
            ImageDecoder decoder) {
        this.errors = errors;
        this.classes = classes;
        this.source = source;
        this.photos = photos.stream()
                .map(LabeledPhoto::photo)
                .collect(Collectors.toMap(Photo::id, photo -> photo, (one, same) -> one));
        this.decoder = decoder;
    }

    /**
     * Writes the page.
     *
     * @param checked number of photos that were checked
     * @throws org.finetune.FinetuneException with {@link org.finetune.ExitCode#DATA} if it cannot be written
     */
    public void write(Path file, int checked) {
        LabelErrorPage page = new LabelErrorPage(
                names.file(source.place().toAbsolutePath().normalize()),
                ZonedDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm")),
                checked,
                errors.suspects().size(),
                errors.estimated(),
                cards(SHOWN));
        byte[] html = HtmlPage.render("labels.jte", page).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(html), true, "--html");
    }

    /** The first photos with their images. */
    List<LabelErrorPage.Card> cards(int most) {
        return IntStream.range(0, Math.min(most, errors.suspects().size()))
                .parallel()
                .mapToObj(this::card)
                .toList();
    }

    private LabelErrorPage.Card card(int place) {
        LabelErrors.Suspect suspect = errors.suspects().get(place);
        String id = suspect.prediction().photo();
        return new LabelErrorPage.Card(
                place + 1,
                names.of(source.name(id)),
                image(photos.get(id)),
                names.of(classes.get(suspect.prediction().label())),
                suspect.given(),
                names.of(classes.get(suspect.likely())),
                suspect.confidence());
    }

    private String image(Photo photo) {
        try (Mat thumbnail = decoder.thumbnail(photo.read(), PhotoImages.LONGEST_SIDE)) {
            return PhotoImages.address(thumbnail);
        } catch (IOException e) {
            // It was deleted or changed since it was looked at; the page names it all the same.
            return "";
        }
    }
}
