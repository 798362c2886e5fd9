package org.finetune.data.decode.format;

import java.util.List;
import java.util.Optional;

/**
 * What is known of an image before its pixels are decoded. Reading it also checks the file's structure to the end, so
 * that a file that was cut off is refused rather than decoded in part.
 *
 * @param format the format
 * @param width width in pixels as stored, before the orientation is applied
 * @param height height in pixels as stored
 * @param orientation how it is to be shown
 * @param frame the part of the image that is decoded; the rest, which animations may have, is white
 * @param fourth what a fourth channel, if decoded, stands for
 * @param transparent decoded grey value, or red, green and blue, that stand for transparent; else nothing
 * @param pieces the parts of the file that the decoder is given, in order
 * @param opacity the part that has the opacity of an image, if it is apart from the colours, as in lossy WebP
 * @param workingBytes bytes of memory for each pixel of the whole image that the decoder needs beside its result
 * @param tiles the images of which this one is put together; none of most
 * @param pages number of images in the file that are pages of a document, of which this is the first; 1 of most formats
 */
public record ImageHeader(
        ImageFormat format,
        int width,
        int height,
        Orientation orientation,
        Frame frame,
        FourthChannel fourth,
        List<Integer> transparent,
        List<Piece> pieces,
        Optional<Piece> opacity,
        int workingBytes,
        List<Tile> tiles,
        int pages) {

    /** A rectangle in pixels. */
    public record Frame(int x, int y, int width, int height) {}

    /**
     * An image that is a part of another one.
     *
     * @param x column of the whole image where it begins
     * @param y row of the whole image where it begins
     */
    public record Tile(int x, int y, ImageHeader image) {}

    /** A range of bytes. */
    public record Piece(byte[] bytes, int offset, int length) {

        /** The number of bytes of several pieces. */
        public static long length(List<Piece> pieces) {
            return pieces.stream().mapToLong(Piece::length).sum();
        }

        /** The bytes of several pieces, one after the other. */
        public static byte[] join(List<Piece> pieces) {
            byte[] joined = new byte[Math.toIntExact(length(pieces))];
            int position = 0;
            for (Piece piece : pieces) {
                System.arraycopy(piece.bytes, piece.offset, joined, position, piece.length);
                position += piece.length;
            }
            return joined;
        }
    }

    /** An image in one piece, the only page of its file, whose opacity is with its colours. */
    ImageHeader(
            ImageFormat format,
            int width,
            int height,
            Orientation orientation,
            Frame frame,
            FourthChannel fourth,
            List<Integer> transparent,
            List<Piece> pieces,
            int workingBytes) {
        this(
                format,
                width,
                height,
                orientation,
                frame,
                fourth,
                transparent,
                pieces,
                Optional.empty(),
                workingBytes,
                List.of(),
                1);
    }

    /** An image that fills its frame and has no transparent colour. */
    ImageHeader(ImageFormat format, int width, int height, FourthChannel fourth, List<Piece> pieces, int workingBytes) {
        this(
                format,
                width,
                height,
                Orientation.NORMAL,
                new Frame(0, 0, width, height),
                fourth,
                List.of(),
                pieces,
                workingBytes);
    }

    /**
     * Reads the header and checks the structure of a whole file.
     *
     * @throws ImageDecodeException if the file is no image, truncated, damaged or of an unsupported variant
     */
    public static ImageHeader read(byte[] file) throws ImageDecodeException {
        ImageFormat format = ImageFormat.of(file);
        ImageHeader header;
        try {
            header = switch (format) {
                case JPEG -> JpegStructure.read(file);
                case PNG -> PngStructure.read(file);
                case BMP -> BmpStructure.read(file);
                case GIF -> GifStructure.read(file);
                case WEBP -> WebpStructure.read(file);
                case TIFF -> TiffStructure.read(file);
                case HEIC, AVIF -> HeifStructure.read(file, format);
            };
        } catch (IndexOutOfBoundsException e) {
            // The Structure classes read on where a file ends early.
            throw new ImageDecodeException("truncated " + format.label(), e);
        }
        if (header.width < 1 || header.height < 1 || header.frame.width < 1 || header.frame.height < 1) {
            throw format.withoutPixels();
        }
        return header;
    }

    /** Width in pixels once the orientation is applied. */
    public int uprightWidth() {
        return orientation.swapsAxes() ? height : width;
    }

    /** Height in pixels once the orientation is applied. */
    public int uprightHeight() {
        return orientation.swapsAxes() ? width : height;
    }

    /** Number of pixels that decoding needs memory for. */
    public long pixels() {
        return Math.max((long) width * height, (long) frame.width * frame.height);
    }

    /** Whether the frame is the whole image, as that of all but animations. */
    public boolean frameIsWhole() {
        return frame.x == 0 && frame.y == 0 && frame.width == width && frame.height == height;
    }
}
