package org.finetune.data.decode.process;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The system's libheif, which decodes HEIC and AVIF with further libraries of the system. It is not a part of finetune, so that those
 * who need it choose it, and get its updates, with their system.
 */
public final class HeifLibrary {
    /** The package with the library, as Debian and Ubuntu call it. */
    public static final String PACKAGE = "libheif1";

    private static final String FILE = "libheif.so.1";

    // Constants of heif.h.
    private static final int OK = 0;
    private static final int COLORSPACE_RGB = 1;
    private static final int CHROMA_INTERLEAVED_RGBA = 11;
    private static final int CHANNEL_INTERLEAVED = 10;
    private static final int CHANNELS = 4;

    /** Where heif_decoding_options has convert_hdr_to_8bit, from its second version on. */
    private static final int CONVERT_TO_8_BITS = 40;

    private final NativeLibrary library;

    /** What compresses an image, with the package that decodes it where libheif1 does not bring that itself. */
    public enum Codec {
        HEVC(1, "libheif-plugin-libde265"),
        AV1(4, "libheif-plugin-dav1d");

        private final int number;
        private final String packageName;

        Codec(int number, String packageName) {
            this.number = number;
            this.packageName = packageName;
        }

        /** As Debian and Ubuntu call it. */
        public String packageName() {
            return packageName;
        }
    }

    /** What most functions return: a {@code struct heif_error}. */
    public static final class HeifError extends Structure implements Structure.ByValue {
        public int code;
        public int subcode;
        public Pointer message;

        @Override
        protected List<String> getFieldOrder() {
            return List.of("code", "subcode", "message");
        }
    }

    private HeifLibrary(NativeLibrary library) {
        this.library = library;
    }

    /** The library, if it is installed. */
    public static Optional<HeifLibrary> find() {
        return find(FILE);
    }

    /** The library of a name. */
    static Optional<HeifLibrary> find(String name) {
        try {
            return Optional.of(new HeifLibrary(NativeLibrary.getInstance(name)));
        } catch (LinkageError e) {
            return Optional.empty();
        }
    }

    /** Such as "1.15.1". */
    public String version() {
        return library.getFunction("heif_get_version").invokeString(new Object[0], false);
    }

    /** Whether the decoder for a codec is there. */
    public boolean has(Codec codec) {
        return library.getFunction("heif_have_decoder_for_format").invokeInt(new Object[] {codec.number}) != 0;
    }

    /**
     * Decodes the primary image of a file to rows of 8-bit RGBA.
     *
     * @param file its content
     * @param pixels where the rows are put: {@code [height, width, 4]}
     * @return whether it is decoded; if not, it is damaged or of another size
     */
    boolean decode(ByteBuffer file, int width, int height, ByteBuffer pixels) {
        Pointer context = pointer("heif_context_alloc");
        PointerByReference handle = new PointerByReference();
        try {
            return succeeds("heif_context_read_from_memory_without_copy", context, file, (long) file.remaining(), null)
                    && succeeds("heif_context_get_primary_image_handle", context, handle)
                    && decode(handle.getValue(), width, height, pixels);
        } finally {
            release("heif_image_handle_release", handle.getValue());
            release("heif_context_free", context);
        }
    }

    private boolean decode(Pointer handle, int width, int height, ByteBuffer pixels) {
        Pointer options = pointer("heif_decoding_options_alloc");
        options.setByte(CONVERT_TO_8_BITS, (byte) 1);
        PointerByReference image = new PointerByReference();
        try {
            return succeeds("heif_decode_image", handle, image, COLORSPACE_RGB, CHROMA_INTERLEAVED_RGBA, options)
                    && copy(image.getValue(), width, height, pixels);
        } finally {
            release("heif_image_release", image.getValue());
            release("heif_decoding_options_free", options);
        }
    }

    private boolean copy(Pointer image, int width, int height, ByteBuffer pixels) {
        IntByReference stride = new IntByReference();
        Pointer plane = pointer("heif_image_get_plane_readonly", image, CHANNEL_INTERLEAVED, stride);
        if (plane == null
                || number("heif_image_get_width", image, CHANNEL_INTERLEAVED) != width
                || number("heif_image_get_height", image, CHANNEL_INTERLEAVED) != height) {
            return false;
        }
        int rowBytes = CHANNELS * width;
        for (int row = 0; row < height; row++) {
            pixels.put(row * rowBytes, plane.getByteBuffer((long) row * stride.getValue(), rowBytes), 0, rowBytes);
        }
        return true;
    }

    private boolean succeeds(String function, Object... arguments) {
        HeifError error = (HeifError) library.getFunction(function).invoke(HeifError.class, arguments);
        return error.code == OK;
    }

    private Pointer pointer(String function, Object... arguments) {
        return library.getFunction(function).invokePointer(arguments);
    }

    private int number(String function, Object... arguments) {
        return library.getFunction(function).invokeInt(arguments);
    }

    private void release(String function, Pointer object) {
        if (object != null) {
            library.getFunction(function).invokeVoid(new Object[] {object});
        }
    }
}
