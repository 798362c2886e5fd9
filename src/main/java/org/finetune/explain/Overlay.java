package org.finetune.explain;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.addWeighted;
import static org.bytedeco.opencv.global.opencv_imgproc.COLORMAP_VIRIDIS;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_GRAY2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2GRAY;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.applyColorMap;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.finetune.data.decode.Resize;
import org.finetune.engine.ActivationMap;

/**
 * Lays class activation maps over photos, in the colours of viridis, which stay apart for colour-blind eyes and in print:
 * yellow where the most speaks for the class, dark blue where nothing does or something speaks against it. The photo below
 * is grey.
 */
public final class Overlay {
    private static final double PHOTO_SHARE = 0.45;
    private static final int BRIGHTEST = 255;

    private Overlay() {}

    /**
     * Lays a map over a photo, there where the network saw it. The photo's proportions do not matter.
     *
     * @param photo 8-bit RGB, {@code [height, width, 3]}
     * @param seen what the network saw of the photo
     * @return likewise; the caller closes it
     */
    public static Mat over(Mat photo, Resize seen, ActivationMap map) {
        try (BytePointer places = new BytePointer(scaled(map));
                Mat small = new Mat(map.height(), map.width(), CV_8UC1, places);
                Mat large = new Mat(photo.rows(), photo.cols(), CV_8UC1, Scalar.BLACK);
                Mat gray = new Mat()) {
            place(small, seen.frame(photo.cols(), photo.rows()), large);
            Mat colored = new Mat();
            applyColorMap(large, colored, COLORMAP_VIRIDIS);
            cvtColor(colored, colored, COLOR_BGR2RGB);
            cvtColor(photo, gray, COLOR_RGB2GRAY);
            cvtColor(gray, gray, COLOR_GRAY2RGB);
            addWeighted(gray, PHOTO_SHARE, colored, 1 - PHOTO_SHARE, 0, colored);
            return colored;
        }
    }

    /** Scales a map to the frame that the network saw, and puts what of it lies on the photo there. */
    private static void place(Mat map, Resize.Frame frame, Mat photo) {
        int left = (int) Math.round(frame.left());
        int top = (int) Math.round(frame.top());
        int width = (int) Math.round(frame.width());
        int height = (int) Math.round(frame.height());
        int insideWidth = Math.min(width, photo.cols());
        int insideHeight = Math.min(height, photo.rows());
        try (Mat framed = new Mat();
                Size size = new Size(width, height);
                Rect from = new Rect(Math.max(0, -left), Math.max(0, -top), insideWidth, insideHeight);
                Rect to = new Rect(Math.max(0, left), Math.max(0, top), insideWidth, insideHeight)) {
            resize(map, framed, size, 0, 0, INTER_CUBIC);
            try (Mat seen = new Mat(framed, from);
                    Mat place = new Mat(photo, to)) {
                seen.copyTo(place);
            }
        }
    }

    /** The map from 0 for nothing, and for what speaks against the class, to 255 for what speaks the most for it. */
    private static byte[] scaled(ActivationMap map) {
        float most = 0;
        for (float value : map.values()) {
            most = Math.max(most, value);
        }
        byte[] scaled = new byte[map.values().length];
        for (int place = 0; place < scaled.length; place++) {
            float share = most == 0 ? 0 : Math.max(0, map.values()[place]) / most;
            scaled[place] = (byte) Math.round(share * BRIGHTEST);
        }
        return scaled;
    }
}
