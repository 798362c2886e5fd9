package org.finetune.data.decode.format;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Formats of images that are not decoded, so that they can be named as what they are. */
public final class UnreadFormat {
    private static final String RAW = "a raw photo";
    private static final String DICOM = "a DICOM image";

    private static final Set<String> RAW_EXTENSIONS = Set.of(
            "3fr", "arw", "cr2", "cr3", "crw", "dcr", "dng", "erf", "iiq", "kdc", "mef", "mrw", "nef", "nrw", "orf",
            "pef", "raf", "rw2", "rwl", "sr2", "srf", "srw", "x3f");

    private static final Map<String, String> EXTENSIONS = extensions();

    /** Where several hold, the first counts. */
    private static final List<Signature> SIGNATURES = List.of(
            new Signature(RAW, start -> hasText(start, 0, "II*\0") && hasText(start, 8, "CR")),
            new Signature(RAW, start -> hasText(start, 0, "II\u001a\0\0\0HEAPCCDR")),
            new Signature(RAW, start -> hasText(start, 0, "FUJIFILMCCD-RAW")),
            new Signature(RAW, start -> hasText(start, 0, "IIU\0")),
            new Signature(RAW, start -> hasText(start, 0, "FOVb")),
            new Signature(
                    RAW, start -> hasText(start, 0, "IIRO") || hasText(start, 0, "IIRS") || hasText(start, 0, "MMOR")),
            new Signature(RAW, start -> ImageFormat.brand(start).equals("crx ")),
            new Signature("a JPEG XL image", start -> hasText(start, 0, "\u00ff\n") || hasText(start, 4, "JXL \r\n")),
            new Signature(
                    "a JPEG 2000 image", start -> hasText(start, 4, "jP  \r\n") || hasText(start, 0, "\u00ffO\u00ffQ")),
            new Signature("a JPEG XR image", start -> hasText(start, 0, "II\u00bc\u0001")),
            new Signature("a Photoshop file", start -> hasText(start, 0, "8BPS")),
            new Signature("a GIMP file", start -> hasText(start, 0, "gimp xcf")),
            new Signature("an SVG drawing", UnreadFormat::isSvg),
            new Signature("an OpenEXR image", start -> hasText(start, 0, "v/1\u0001")),
            new Signature("a Radiance HDR image", start -> hasText(start, 0, "#?RADIANCE")),
            new Signature("a DDS image", start -> hasText(start, 0, "DDS |")),
            new Signature("a QOI image", start -> hasText(start, 0, "qoif")),
            new Signature(DICOM, start -> hasText(start, 128, "DICM")),
            new Signature("a PNM image", UnreadFormat::isPnm));

    /** How a format is told by the first bytes of a file. */
    private record Signature(String name, Predicate<byte[]> test) {}

    private UnreadFormat() {}

    private static Map<String, String> extensions() {
        Map<String, String> names = new HashMap<>();
        RAW_EXTENSIONS.forEach(extension -> names.put(extension, raw(extension)));
        List.of("jp2", "j2k", "jpx", "jpf").forEach(extension -> names.put(extension, "a JPEG 2000 image"));
        names.put("jxl", "a JPEG XL image");
        List.of("jxr", "wdp", "hdp").forEach(extension -> names.put(extension, "a JPEG XR image"));
        List.of("psd", "psb").forEach(extension -> names.put(extension, "a Photoshop file"));
        List.of("svg", "svgz").forEach(extension -> names.put(extension, "an SVG drawing"));
        List.of("dcm", "dicom").forEach(extension -> names.put(extension, DICOM));
        names.put("ico", "an icon");
        names.put("tga", "a TGA image");
        names.put("pcx", "a PCX image");
        return names;
    }

    /**
     * What an image that is not decoded is, such as "a raw photo"; nothing for other files and for images that are
     * decoded.
     *
     * @param start the first {@link ImageFormat#SIGNATURE_BYTES} bytes of the file, or all it has
     * @param extension what its name ends in, in small letters and without the dot
     */
    public static Optional<String> of(byte[] start, String extension) {
        Optional<String> byContent = SIGNATURES.stream()
                .filter(signature -> signature.test.test(start))
                .map(Signature::name)
                .findFirst();
        // Raw photos of most makers begin as TIFF files do.
        boolean raw = ImageFormat.isTiff(start) || byContent.equals(Optional.of(RAW));
        if (raw && RAW_EXTENSIONS.contains(extension)) {
            return Optional.of(raw(extension));
        }
        if (ImageFormat.isDecoded(start)) {
            return Optional.empty();
        }
        return byContent.or(() -> Optional.ofNullable(EXTENSIONS.get(extension)));
    }

    /** Why a raw photo that has no such name cannot be used. */
    static String rawReason() {
        return reason(RAW);
    }

    /** Whether the names of such images end like this, in small letters and without the dot. */
    public static boolean isExtension(String extension) {
        return EXTENSIONS.containsKey(extension);
    }

    /** Why such an image cannot be used, for a message. */
    public static String reason(String name) {
        String remedy = name.equals(DICOM) ? "PNG with dcmtk" : "JPEG or PNG";
        return name + ", which is not supported; convert it to " + remedy;
    }

    private static String raw(String extension) {
        return RAW + " (" + extension.toUpperCase(Locale.ROOT) + ")";
    }

    private static boolean hasText(byte[] start, int offset, String latin1) {
        return ImageFormat.startsWith(start, offset, latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static boolean isSvg(byte[] start) {
        String text = new String(start, StandardCharsets.ISO_8859_1);
        return text.replaceFirst("^\u00ef\u00bb\u00bf", "").stripLeading().startsWith("<") && text.contains("<svg");
    }

    private static boolean isPnm(byte[] start) {
        String text = new String(start, 0, Math.min(start.length, 8), StandardCharsets.ISO_8859_1);
        return text.matches("(?s)P[1-6]\\s[0-9#].*");
    }
}
