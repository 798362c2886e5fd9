package org.finetune.data.decode.format;

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

/** Reads the orientation that a camera writes into EXIF data. */
final class ExifOrientation {
    /** What leads the EXIF data in a JPEG segment, and in some WebP files. */
    private static final byte[] PREFIX = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

    private ExifOrientation() {}

    static boolean hasPrefix(byte[] file, int offset) {
        return file.length >= offset + PREFIX.length
                && Arrays.equals(file, offset, offset + PREFIX.length, PREFIX, 0, PREFIX.length);
    }

    /** The orientation that EXIF data state; normal if they are damaged or state none. */
    static Orientation read(byte[] file, int offset, int length) {
        int end = Math.min(file.length, offset + length);
        int start = hasPrefix(file, offset) ? Math.min(end, offset + PREFIX.length) : offset;
        Metadata metadata = new Metadata();
        try {
            RandomAccessReader exif = new ByteArrayReader(Arrays.copyOfRange(file, start, end));
            new TiffReader().processTiff(exif, new OrientationHandler(metadata), 0);
        } catch (TiffProcessingException | IOException | RuntimeException e) {
            return Orientation.NORMAL;
        }
        ExifIFD0Directory directory = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
        Integer value = directory == null ? null : directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
        return value == null ? Orientation.NORMAL : Orientation.of(value);
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
