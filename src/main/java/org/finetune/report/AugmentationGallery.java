package org.finetune.report;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.finetune.data.Augmentation;
import org.finetune.data.Dataset;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.View;
import org.finetune.hash.Sha256;

/**
 * What augmentation makes of a few training photos, as the network sees them: stretched to a square.
 *
 * @param rows a row for each photo
 * @param views number of views that the run had of each photo, of which the first ones are shown
 */
record AugmentationGallery(List<Row> rows, int views) {
    private static final int PHOTOS = 4;
    private static final int MOST_VIEWS = 6;
    private static final int SIDE = 128;

    /**
     * A photo.
     *
     * @param name of the photo
     * @param className of its class
     * @param views its first views as {@code data:} addresses, the first being the photo itself
     */
    record Row(String name, String className, List<String> views) {}

    /** Makes the views of the first photo of some classes. */
    static AugmentationGallery of(Dataset data, Augmentation augmentation, ImageDecoder decoder, ShownNames names) {
        List<Row> rows = new ArrayList<>();
        for (LabeledPhoto labeled : firstOfEachClass(data)) {
            if (rows.size() == PHOTOS) {
                break;
            }
            try {
                byte[] file = labeled.photo().read();
                List<View> first = augmentation.views(Sha256.of(file)).stream()
                        .limit(MOST_VIEWS)
                        .toList();
                List<String> views = decoder.render(file, first).stream()
                        .map(AugmentationGallery::address)
                        .toList();
                rows.add(new Row(
                        names.photo(labeled.photo()), names.of(data.classes().get(labeled.label())), views));
            } catch (IOException e) {
                // It cannot be used, as skipped.csv says; the next one will do.
            }
        }
        return new AugmentationGallery(rows, augmentation.views());
    }

    private static List<LabeledPhoto> firstOfEachClass(Dataset data) {
        List<LabeledPhoto> first = new ArrayList<>();
        int label = -1;
        for (LabeledPhoto labeled : data.train()) {
            if (labeled.label() != label) {
                first.add(labeled);
                label = labeled.label();
            }
        }
        return first;
    }

    private static String address(Mat view) {
        try (view;
                Mat small = new Mat();
                Size size = new Size(SIDE, SIDE)) {
            resize(view, small, size, 0, 0, INTER_AREA);
            return PhotoImages.address(small);
        }
    }
}
