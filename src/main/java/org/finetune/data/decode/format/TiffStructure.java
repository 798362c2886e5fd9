package org.finetune.data.decode.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.finetune.data.decode.format.ImageHeader.Frame;
import org.finetune.data.decode.format.ImageHeader.Piece;
import org.finetune.data.decode.format.ImageHeader.Tile;

/**
 * The first image of a TIFF file (TIFF 6.0, and BigTIFF): grey, RGB or CMYK with 8 or 16 bits, perhaps with opacity, grey of fewer
 * bits, or with a palette.
 *
 * <p>A file is refused if it ends before its fields or pixels do, or if they contradict each other. The decoder gets a new file,
 * with the fields that affect the pixels, and the strips or tiles. Those that are JPEG files without their tables are made whole
 * and checked as JPEG files are, and decoded as such.
 */
final class TiffStructure {
    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int BITS = 258;
    private static final int COMPRESSION = 259;
    private static final int PHOTOMETRIC = 262;
    private static final int FILL_ORDER = 266;
    private static final int STRIP_OFFSETS = 273;
    private static final int ORIENTATION = 274;
    private static final int SAMPLES = 277;
    private static final int ROWS_PER_STRIP = 278;
    private static final int STRIP_BYTE_COUNTS = 279;
    private static final int PLANAR_CONFIGURATION = 284;
    private static final int T4_OPTIONS = 292;
    private static final int T6_OPTIONS = 293;
    private static final int PREDICTOR = 317;
    private static final int COLOR_MAP = 320;
    private static final int TILE_WIDTH = 322;
    private static final int TILE_HEIGHT = 323;
    private static final int TILE_OFFSETS = 324;
    private static final int TILE_BYTE_COUNTS = 325;
    private static final int SUB_DIRECTORIES = 330;
    private static final int INK_SET = 332;
    private static final int EXTRA_SAMPLES = 338;
    private static final int SAMPLE_FORMAT = 339;
    private static final int JPEG_TABLES = 347;
    private static final int DNG_VERSION = 50706;

    private static final int UNCOMPRESSED = 1;
    private static final int JPEG = 7;
    private static final int PACK_BITS = 32773;
    private static final Set<Integer> FAX = Set.of(2, 3, 4);
    /** LZW and the two numbers of deflate; only these predict pixels. */
    private static final Set<Integer> WITH_PREDICTOR = Set.of(5, 8, 32946);

    private static final Map<Integer, String> OTHER_COMPRESSIONS = Map.of(
            6, "JPEG of the old kind",
            34712, "JPEG 2000",
            34887, "LERC",
            34925, "LZMA",
            50000, "Zstandard",
            50001, "WebP",
            50002, "JPEG XL");

    private static final int WHITE_IS_ZERO = 0;
    private static final int BLACK_IS_ZERO = 1;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int CMYK = 5;
    private static final int YCBCR = 6;
    private static final Map<Integer, String> OTHER_COLORS =
            Map.of(4, "transparency mask", 8, "CIE Lab", 9, "ICC Lab", 10, "ITU Lab", 32844, "LogL", 32845, "LogLuv");
    private static final Set<Integer> SENSOR = Set.of(32803, 34892);

    private static final int UNSIGNED = 1;
    private static final int SIGNED = 2;
    private static final int UNDEFINED = 4;

    private static final int SEPARATE_PLANES = 2;
    private static final int HORIZONTAL_DIFFERENCES = 2;
    private static final int UNSPECIFIED = 0;
    private static final int PREMULTIPLIED = 1;
    private static final int INDEPENDENT = 2;

    private static final int MAX_SAMPLES = 4;
    private static final int MAX_STRIPS = 1 << 20;
    /** Most pixels of a tile that has more than the image. */
    private static final long MAX_TILE = 1 << 24;
    /** Of a pixel while JPEG is decoded, in memory that two processes share and whose size is a power of two. */
    private static final int JPEG_WORKING_BYTES = 6;

    private final byte[] file;
    private final TiffDirectory directory;
    private final int width;
    private final int height;
    private final int compression;
    private final int photometric;
    private final int samples;
    private final int bits;
    private final FourthChannel fourth;

    /** How an image is divided: strips are tiles of its width. */
    private record Grid(boolean tiled, int width, int height, int across, int down, int planes) {
        int count() {
            return Math.multiplyExact(Math.multiplyExact(across, down), planes);
        }
    }

    private TiffStructure(byte[] file) throws ImageDecodeException {
        this.file = file;
        directory = new TiffDirectory(file);
        refuseRaw();
        width = number(WIDTH, 0);
        height = number(HEIGHT, 0);
        compression = number(COMPRESSION, UNCOMPRESSED);
        samples = number(SAMPLES, 1);
        photometric = number(PHOTOMETRIC, samples >= 3 ? RGB : BLACK_IS_ZERO);
        bits = bits();
        fourth = fourth();
    }

    static ImageHeader read(byte[] file) throws ImageDecodeException {
        try {
            return new TiffStructure(file).read();
        } catch (ArithmeticException e) {
            throw new ImageDecodeException("damaged TIFF", e);
        }
    }

    private int number(int tag, long absent) throws ImageDecodeException {
        return Math.toIntExact(directory.value(tag, absent));
    }

    /** Refuses what cameras store beside a small image in this format, for which that must not stand. */
    private void refuseRaw() throws ImageDecodeException {
        boolean small = (directory.value(TiffDirectory.NEW_SUBFILE_TYPE, 0) & 1) != 0;
        if (directory.has(DNG_VERSION)
                || small && directory.has(SUB_DIRECTORIES)
                || SENSOR.contains(number(PHOTOMETRIC, BLACK_IS_ZERO))) {
            throw new ImageDecodeException(UnreadFormat.rawReason());
        }
    }

    private int bits() throws ImageDecodeException {
        if (samples < 1) {
            throw ImageFormat.TIFF.damaged();
        }
        if (samples > MAX_SAMPLES) {
            throw unsupported("of " + samples + " bands, more than " + MAX_SAMPLES);
        }
        for (long format : directory.values(SAMPLE_FORMAT, MAX_SAMPLES)) {
            if (format != UNSIGNED && format != UNDEFINED) {
                throw unsupported("of " + (format == SIGNED ? "signed" : "floating-point") + " numbers");
            }
        }
        long[] depths = directory.values(BITS, MAX_SAMPLES);
        long first = depths.length == 0 ? 1 : depths[0];
        if (LongStream.of(depths).anyMatch(depth -> depth != first)) {
            throw unsupported("of bands with different depths");
        }
        boolean whole = first == 8 || first == 16 && photometric != PALETTE;
        boolean part = (first == 1 || first == 2 || first == 4) && samples == 1;
        if (!whole && !part) {
            throw unsupported("of " + first + " bits a band");
        }
        return (int) first;
    }

    private static ImageDecodeException unsupported(String kind) {
        return new ImageDecodeException("TIFF " + kind + ", which is not supported; convert it to 8-bit RGB or grey");
    }

    private FourthChannel fourth() throws ImageDecodeException {
        int colors =
                switch (photometric) {
                    case WHITE_IS_ZERO, BLACK_IS_ZERO, PALETTE -> 1;
                    case RGB, YCBCR -> 3;
                    case CMYK -> 4;
                    default -> throw unsupported(
                            "with colours of the kind " + OTHER_COLORS.getOrDefault(photometric, "" + photometric));
                };
        if (photometric == YCBCR && compression != JPEG) {
            throw unsupported("with colours of the kind YCbCr outside JPEG");
        }
        if (photometric == CMYK && directory.value(INK_SET, 1) != 1) {
            throw unsupported("with inks other than CMYK");
        }
        boolean inverted = photometric == WHITE_IS_ZERO && samples > 1;
        if (samples < colors || samples > colors + 1 || inverted || photometric == PALETTE && samples > 1) {
            throw unsupported("with " + samples + " bands for " + colors);
        }
        if (colors == 4) {
            return FourthChannel.BLACK;
        }
        long[] extra = directory.values(EXTRA_SAMPLES, MAX_SAMPLES);
        // Where nothing is said of a band that is left, it is opacity, as for other readers; Pillow writes it so beside
        // grey.
        long meaning = extra.length == 0 ? INDEPENDENT : extra[0];
        if (samples == colors || meaning == UNSPECIFIED && colors > 1) {
            return FourthChannel.UNUSED;
        }
        return meaning == PREMULTIPLIED ? FourthChannel.PREMULTIPLIED_OPACITY : FourthChannel.OPACITY;
    }

    private ImageHeader read() throws ImageDecodeException {
        boolean decoded = compression == UNCOMPRESSED
                || compression == PACK_BITS
                || compression == JPEG
                || WITH_PREDICTOR.contains(compression)
                || FAX.contains(compression) && bits == 1;
        if (!decoded) {
            throw unsupported("compressed by " + OTHER_COMPRESSIONS.getOrDefault(compression, "method " + compression));
        }
        if (width == 0 || height == 0) {
            throw ImageFormat.TIFF.withoutPixels();
        }
        Grid grid = grid();
        List<Piece> strips = strips(grid);
        boolean jpeg = compression == JPEG;
        return new ImageHeader(
                ImageFormat.TIFF,
                width,
                height,
                orientation(),
                new Frame(0, 0, width, height),
                fourth,
                List.of(),
                jpeg ? strips : newFile(grid, strips),
                Optional.empty(),
                jpeg ? JPEG_WORKING_BYTES : samples * Math.max(1, bits / Byte.SIZE),
                jpeg ? tiles(grid, strips) : List.of(),
                directory.pages());
    }

    private Orientation orientation() throws ImageDecodeException {
        return Orientation.of(directory.value(ORIENTATION, 1));
    }

    private Grid grid() throws ImageDecodeException {
        boolean tiled = directory.has(TILE_WIDTH);
        int tileWidth = tiled ? number(TILE_WIDTH, 0) : width;
        long rows = directory.value(tiled ? TILE_HEIGHT : ROWS_PER_STRIP, tiled ? 0 : height);
        if (tileWidth < 1 || rows < 1) {
            throw ImageFormat.TIFF.damaged();
        }
        int tileHeight = tiled ? Math.toIntExact(rows) : (int) Math.min(rows, height);
        if ((long) tileWidth * tileHeight > Math.max((long) width * height, MAX_TILE)) {
            throw ImageFormat.TIFF.damaged();
        }
        boolean planes = samples > 1 && number(PLANAR_CONFIGURATION, 1) == SEPARATE_PLANES;
        return new Grid(
                tiled,
                tileWidth,
                tileHeight,
                ceilDiv(width, tileWidth),
                ceilDiv(height, tileHeight),
                planes ? samples : 1);
    }

    private static int ceilDiv(int dividend, int divisor) {
        return (int) (((long) dividend + divisor - 1) / divisor);
    }

    /** The strips or tiles; those of several planes plane by plane. */
    private List<Piece> strips(Grid grid) throws ImageDecodeException {
        int count = grid.count();
        long[] offsets = directory.values(grid.tiled ? TILE_OFFSETS : STRIP_OFFSETS, MAX_STRIPS);
        long[] lengths = directory.values(grid.tiled ? TILE_BYTE_COUNTS : STRIP_BYTE_COUNTS, MAX_STRIPS);
        if (lengths.length == 0 && count == 1 && offsets.length == 1 && offsets[0] <= file.length) {
            // Old files do not say it.
            lengths = new long[] {file.length - offsets[0]};
        }
        if (offsets.length < count || lengths.length < count) {
            throw ImageFormat.TIFF.damaged();
        }
        List<Piece> strips = new ArrayList<>(count);
        long total = 0;
        for (int i = 0; i < count; i++) {
            total += lengths[i];
            if (offsets[i] > file.length || lengths[i] > file.length - offsets[i]) {
                throw ImageFormat.TIFF.truncated();
            }
            // Parts that overlap could be the whole file many times.
            if (lengths[i] == 0 || total > file.length) {
                throw ImageFormat.TIFF.damaged();
            }
            if (compression == UNCOMPRESSED && lengths[i] < uncompressedBytes(grid, i)) {
                throw ImageFormat.TIFF.truncated();
            }
            strips.add(new Piece(file, (int) offsets[i], (int) lengths[i]));
        }
        return strips;
    }

    private long uncompressedBytes(Grid grid, int strip) {
        int inRow = grid.planes > 1 ? 1 : samples;
        long rowBytes = ((long) grid.width * bits * inRow + Byte.SIZE - 1) / Byte.SIZE;
        return rowBytes * rows(grid, strip);
    }

    /** Rows of a strip, of which the last has fewer; or of a tile, of which none has. */
    private int rows(Grid grid, int strip) {
        int row = strip / grid.across % grid.down;
        return grid.tiled ? grid.height : Math.min(grid.height, height - row * grid.height);
    }

    /** A file of this image alone. */
    private List<Piece> newFile(Grid grid, List<Piece> strips) throws ImageDecodeException {
        TiffHead head = new TiffHead(directory.order());
        head.addLong(WIDTH, width);
        head.addLong(HEIGHT, height);
        long[] depths = new long[samples];
        Arrays.fill(depths, bits);
        head.addShorts(BITS, depths);
        head.addShorts(COMPRESSION, compression);
        head.addShorts(PHOTOMETRIC, photometric);
        head.addShorts(FILL_ORDER, number(FILL_ORDER, 1));
        head.addShorts(SAMPLES, samples);
        head.addShorts(PLANAR_CONFIGURATION, grid.planes > 1 ? SEPARATE_PLANES : 1);
        if (FAX.contains(compression)) {
            head.addLong(T4_OPTIONS, directory.value(T4_OPTIONS, 0));
            head.addLong(T6_OPTIONS, directory.value(T6_OPTIONS, 0));
        }
        int predictor = WITH_PREDICTOR.contains(compression) ? number(PREDICTOR, 1) : 1;
        if (predictor > HORIZONTAL_DIFFERENCES) {
            throw ImageFormat.TIFF.damaged();
        }
        head.addShorts(PREDICTOR, predictor);
        if (photometric == PALETTE) {
            head.addShorts(COLOR_MAP, colorMap());
        }
        if (samples == 2 || samples == MAX_SAMPLES && fourth != FourthChannel.BLACK) {
            head.addShorts(EXTRA_SAMPLES, fourth == FourthChannel.UNUSED ? UNSPECIFIED : INDEPENDENT);
        }
        if (grid.tiled) {
            head.addLong(TILE_WIDTH, grid.width);
            head.addLong(TILE_HEIGHT, grid.height);
        } else {
            head.addLong(ROWS_PER_STRIP, grid.height);
        }
        return head.withStrips(
                grid.tiled ? TILE_OFFSETS : STRIP_OFFSETS, grid.tiled ? TILE_BYTE_COUNTS : STRIP_BYTE_COUNTS, strips);
    }

    private long[] colorMap() throws ImageDecodeException {
        int entries = 3 << bits;
        long[] colors = directory.values(COLOR_MAP, entries);
        if (colors.length != entries || LongStream.of(colors).anyMatch(level -> level > 0xffff)) {
            throw ImageFormat.TIFF.damaged();
        }
        return colors;
    }

    /** The parts of an image that are JPEG files. */
    private List<Tile> tiles(Grid grid, List<Piece> strips) throws ImageDecodeException {
        boolean jpegColors = photometric == BLACK_IS_ZERO || photometric == RGB || photometric == YCBCR;
        if (bits != Byte.SIZE || grid.planes > 1 || !jpegColors || samples != 1 && samples != 3) {
            throw unsupported("with JPEG inside that is not grey, RGB or YCbCr of 8 bits");
        }
        Piece tables = directory.bytes(JPEG_TABLES);
        List<Tile> tiles = new ArrayList<>(strips.size());
        for (int i = 0; i < strips.size(); i++) {
            ImageHeader image = JpegStructure.readPart(tables, strips.get(i), samples, photometric == RGB);
            if (image.width() != grid.width || image.height() < rows(grid, i) || image.height() > grid.height) {
                throw ImageFormat.TIFF.damaged();
            }
            tiles.add(new Tile(i % grid.across * grid.width, i / grid.across * grid.height, image));
        }
        return tiles;
    }
}
