package org.finetune.data.decode.process;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The system's TurboJPEG. It is libjpeg-turbo, which OpenCV contains too, but with the vector instructions that make it fast. The
 * pixels of intact files are the same; a library whose pixels are not is not used. Damage of which it does not warn, such as values
 * beyond the range of coefficients, can look different.
 *
 * <p>It is not a part of finetune, so that those who need it choose it, and get its updates, with their system.
 */
public final class TurboJpegLibrary implements PixelDecoder {
    /** The package with the library, as Debian calls it. */
    public static final String PACKAGE = "libturbojpeg0";

    private static final String FILE = "libturbojpeg.so.0";

    /** Where systems have their libraries; those with Java's property {@code java.library.path} come before. */
    private static final List<String> DIRECTORIES = List.of(
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu",
            "/usr/lib64",
            "/usr/lib",
            "/opt/libjpeg-turbo/lib64");

    // Constants of turbojpeg.h.
    private static final int OK = 0;
    private static final int BGR = 1;
    private static final int FIRST_OF_FOUR_COMPONENTS = 3;
    private static final int KEEP_BUFFER = 1024;
    private static final int PROGRESSIVE = 16384;

    private static final int CHANNELS = 3;
    private static final int QUALITY = 80;
    /** Width or height of a photo below which two of the library's scales can give the same size. */
    private static final int TINY = 16;

    private final NativeLibrary library;

    private TurboJpegLibrary(NativeLibrary library) {
        this.library = library;
    }

    /** The file of the library, if it is installed. */
    public static Optional<Path> locate() {
        return Stream.concat(
                        Stream.of(System.getProperty("java.library.path", "").split(File.pathSeparator)),
                        DIRECTORIES.stream())
                .map(directory -> Path.of(directory, FILE))
                .filter(file -> file.isAbsolute() && Files.isRegularFile(file))
                .findFirst();
    }

    /** The library, if it is installed and gives the pixels of OpenCV, which is loaded. */
    public static Optional<TurboJpegLibrary> find() {
        return locate().flatMap(file -> find(file, new OpenCvDecoder()));
    }

    /** The library in a file, if it can be loaded and gives the pixels of another decoder. */
    static Optional<TurboJpegLibrary> find(Path file, PixelDecoder other) {
        try {
            TurboJpegLibrary library = new TurboJpegLibrary(NativeLibrary.getInstance(file.toString()));
            return Optional.of(library).filter(found -> new TurboJpegCheck(found, other).agree());
        } catch (LinkageError | RuntimeException e) {
            // One that cannot be tried is not used.
            return Optional.empty();
        }
    }

    /** Decodes a JPEG file that is intact and of a usual kind; all others, OpenCV may decode. */
    @Override
    public boolean decode(ByteBuffer file, int reduction, int width, int height, ByteBuffer pixels) {
        Pointer from = Native.getDirectBufferPointer(file);
        Pointer handle = function("tjInitDecompress").invokePointer(new Object[0]);
        try {
            return isExpected(handle, from, file.remaining(), reduction, width, height)
                    && number(
                                    "tjDecompress2",
                                    handle,
                                    from,
                                    (long) file.remaining(),
                                    Native.getDirectBufferPointer(pixels),
                                    width,
                                    CHANNELS * width,
                                    height,
                                    BGR,
                                    0)
                            == OK;
        } finally {
            destroy(handle);
        }
    }

    /** Whether a file has an image of up to three components that at a scale is of the expected size, and at no other. */
    private boolean isExpected(Pointer handle, Pointer file, long length, int reduction, int width, int height) {
        Memory header = new Memory(4L * Integer.BYTES);
        int result = number(
                "tjDecompressHeader3",
                handle,
                file,
                length,
                header,
                header.share(Integer.BYTES),
                header.share(2L * Integer.BYTES),
                header.share(3L * Integer.BYTES));
        int[] values = header.getIntArray(0, 4);
        return result == OK
                && Math.min(values[0], values[1]) >= TINY
                && ceilDiv(values[0], reduction) == width
                && ceilDiv(values[1], reduction) == height
                && values[3] < FIRST_OF_FOUR_COMPONENTS;
    }

    /**
     * Makes a JPEG file.
     *
     * @param bgr 8-bit BGR, {@code [height, width, 3]}
     * @param sampling number of a way to sample the colours: 0 to 5
     */
    byte[] compress(byte[] bgr, int width, int height, int sampling, boolean progressive) {
        Pointer handle = function("tjInitCompress").invokePointer(new Object[0]);
        Memory image = new Memory(bgr.length);
        image.write(0, bgr, 0, bgr.length);
        Memory file = new Memory(function("tjBufSize").invokeLong(new Object[] {width, height, sampling}));
        LongByReference length = new LongByReference(file.size());
        try {
            int result = number(
                    "tjCompress2",
                    handle,
                    image,
                    width,
                    0,
                    height,
                    BGR,
                    new PointerByReference(file),
                    length,
                    sampling,
                    QUALITY,
                    KEEP_BUFFER | (progressive ? PROGRESSIVE : 0));
            return result == OK ? file.getByteArray(0, (int) length.getValue()) : new byte[0];
        } finally {
            destroy(handle);
        }
    }

    private void destroy(Pointer handle) {
        if (handle != null) {
            number("tjDestroy", handle);
        }
    }

    private int number(String function, Object... arguments) {
        return function(function).invokeInt(arguments);
    }

    private Function function(String name) {
        return library.getFunction(name);
    }

    private static int ceilDiv(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
