package org.finetune.data.decode.format;

import static org.bytedeco.opencv.global.opencv_core.ROTATE_180;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_90_CLOCKWISE;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_90_COUNTERCLOCKWISE;
import static org.bytedeco.opencv.global.opencv_core.flip;
import static org.bytedeco.opencv.global.opencv_core.rotate;
import static org.bytedeco.opencv.global.opencv_core.transpose;

import com.drew.imaging.tiff.TiffProcessingException;
import com.drew.imaging.tiff.TiffReader;
import com.drew.lang.ByteArrayReader;
import com.drew.lang.RandomAccessReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifTiffHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * The orientation that a camera writes into EXIF data: how the stored rows and columns are to be shown. The values are
 * those of the standard (CIPA DC-008, tag 0x0112).
 */
public final class ExifOrientation {
    /** Rows run from top to bottom, columns from left to right; so it is too where nothing is said. */
    public static final int NORMAL = 1;

    private static final int MIRRORED = 2;
    private static final int UPSIDE_DOWN = 3;
    private static final int FLIPPED = 4;
    private static final int TRANSPOSED = 5;
    private static final int TO_TURN_RIGHT = 6;
    private static final int TRANSVERSED = 7;
    private static final int TO_TURN_LEFT = 8;

    /** What leads the EXIF data in a JPEG segment, and in some WebP files. */
    private static final byte[] PREFIX = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

    private ExifOrientation() {}

    static boolean hasPrefix(byte[] file, int offset) {
        return file.length >= offset + PREFIX.length
                && Arrays.equals(file, offset, offset + PREFIX.length, PREFIX, 0, PREFIX.length);
    }

    /** The orientation that EXIF data state, or 1 if they are damaged or state none. */
    static int read(byte[] file, int offset, int length) {
        int end = Math.min(file.length, offset + length);
        int start = hasPrefix(file, offset) ? Math.min(end, offset + PREFIX.length) : offset;
        Metadata metadata = new Metadata();
        try {
            RandomAccessReader exif = new ByteArrayReader(Arrays.copyOfRange(file, start, end));
            new TiffReader().processTiff(exif, new OrientationHandler(metadata), 0);
        } catch (TiffProcessingException | IOException | RuntimeException e) {
            return NORMAL;
        }
        ExifIFD0Directory directory = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
        Integer value = directory == null ? null : directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
        return value != null && value >= NORMAL && value <= TO_TURN_LEFT ? value : NORMAL;
    }

    /** Whether width and height change places. */
    public static boolean swapsAxes(int orientation) {
        return orientation >= TRANSPOSED;
    }

    /** The image as it is to be shown, as a new matrix. */
    public static Mat apply(int orientation, Mat stored) {
        Mat shown = new Mat();
        switch (orientation) {
            case MIRRORED -> flip(stored, shown, 1);
            case UPSIDE_DOWN -> rotate(stored, shown, ROTATE_180);
            case FLIPPED -> flip(stored, shown, 0);
            case TRANSPOSED -> transpose(stored, shown);
            case TO_TURN_RIGHT -> rotate(stored, shown, ROTATE_90_CLOCKWISE);
            case TRANSVERSED -> {
                transpose(stored, shown);
                rotate(shown, shown, ROTATE_180);
            }
            case TO_TURN_LEFT -> rotate(stored, shown, ROTATE_90_COUNTERCLOCKWISE);
            default -> stored.copyTo(shown);
        }
        return shown;
    }

    /** Reads nothing but the orientation: what else EXIF data hold costs time and may be hostile. */
    private static final class OrientationHandler extends ExifTiffHandler {
        OrientationHandler(Metadata metadata) {
            super(metadata, null, 0);
        }

        @Override
        public boolean tryEnterSubIfd(int tag) {
            return false;
        }

        @Override
        public boolean hasFollowerIfd() {
            return false;
        }

        @Override
        public boolean customProcessTag(
                int valueOffset,
                Set<Integer> processedOffsets,
                int tiffHeaderOffset,
                RandomAccessReader reader,
                int tag,
                int byteCount) {
            return tag != ExifIFD0Directory.TAG_ORIENTATION;
        }
    }
}
