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
    private static final String TIFF = "a TIFF image";
    private static final String HEIC = "a HEIC image";
    private static final String AVIF = "an AVIF image";
    private static final String RAW = "a raw photo";

    private static final Set<String> RAW_EXTENSIONS = Set.of(
            "3fr", "arw", "cr2", "cr3", "crw", "dcr", "dng", "erf", "iiq", "kdc", "mef", "mrw", "nef", "nrw", "orf",
            "pef", "raf", "rw2", "rwl", "sr2", "srf", "srw", "x3f");

    private static final List<String> HEIF_BRANDS =
            List.of("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1");

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
            new Signature(RAW, start -> isMedia(start, List.of("crx "))),
            new Signature(
                    TIFF,
                    start -> hasText(start, 0, "II*\0")
                            || hasText(start, 0, "MM\0*")
                            || hasText(start, 0, "II+\0")
                            || hasText(start, 0, "MM\0+")),
            new Signature(AVIF, start -> isMedia(start, List.of("avif", "avis")) || isAvifInHeif(start)),
            new Signature(HEIC, start -> isMedia(start, HEIF_BRANDS)),
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
            new Signature("a DICOM image", start -> hasText(start, 128, "DICM")),
            new Signature("a PNM image", UnreadFormat::isPnm));

    /** How a format is told by the first bytes of a file. */
    private record Signature(String name, Predicate<byte[]> test) {}

    private UnreadFormat() {}

    private static Map<String, String> extensions() {
        Map<String, String> names = new HashMap<>();
        RAW_EXTENSIONS.forEach(extension -> names.put(extension, raw(extension)));
        List.of("tif", "tiff").forEach(extension -> names.put(extension, TIFF));
        List.of("heic", "heif", "hif").forEach(extension -> names.put(extension, HEIC));
        names.put("avif", AVIF);
        List.of("jp2", "j2k", "jpx", "jpf").forEach(extension -> names.put(extension, "a JPEG 2000 image"));
        names.put("jxl", "a JPEG XL image");
        List.of("jxr", "wdp", "hdp").forEach(extension -> names.put(extension, "a JPEG XR image"));
        List.of("psd", "psb").forEach(extension -> names.put(extension, "a Photoshop file"));
        List.of("svg", "svgz").forEach(extension -> names.put(extension, "an SVG drawing"));
        names.put("ico", "an icon");
        names.put("tga", "a TGA image");
        names.put("pcx", "a PCX image");
        return names;
    }

    /**
     * What an image that is not decoded is, such as "a TIFF image"; nothing for other files and for images that are
     * decoded.
     *
     * @param start the first {@link ImageFormat#SIGNATURE_BYTES} bytes of the file, or all it has
     * @param extension what its name ends in, in small letters and without the dot
     */
    public static Optional<String> of(byte[] start, String extension) {
        if (ImageFormat.isDecoded(start)) {
            return Optional.empty();
        }
        Optional<String> byContent = SIGNATURES.stream()
                .filter(signature -> signature.test.test(start))
                .map(Signature::name)
                .findFirst();
        Optional<String> byName = Optional.ofNullable(EXTENSIONS.get(extension));
        // Raw photos of most makers begin as TIFF files do.
        boolean named = RAW_EXTENSIONS.contains(extension)
                && byContent
                        .filter(name -> name.equals(TIFF) || name.equals(RAW))
                        .isPresent();
        return named ? byName : byContent.or(() -> byName);
    }

    /** Whether the names of such images end like this, in small letters and without the dot. */
    public static boolean isExtension(String extension) {
        return EXTENSIONS.containsKey(extension);
    }

    /** Why such an image cannot be used, for a message. */
    public static String reason(String name) {
        return name + ", which is not supported; convert it to JPEG or PNG";
    }

    private static String raw(String extension) {
        return RAW + " (" + extension.toUpperCase(Locale.ROOT) + ")";
    }

    private static boolean hasText(byte[] start, int offset, String latin1) {
        return ImageFormat.startsWith(start, offset, latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Whether it is a file of the ISO base media format, with one of some major brands. */
    private static boolean isMedia(byte[] start, List<String> brands) {
        return hasText(start, 4, "ftyp") && brands.stream().anyMatch(brand -> hasText(start, 8, brand));
    }

    /** Whether the major brand is a general one and a compatible one says AVIF. */
    private static boolean isAvifInHeif(byte[] start) {
        return isMedia(start, List.of("mif1", "msf1"))
                && (hasText(start, 16, "avif") || hasText(start, 20, "avif") || hasText(start, 24, "avif"));
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
