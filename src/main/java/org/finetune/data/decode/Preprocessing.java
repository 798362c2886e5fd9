package org.finetune.data.decode;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.decode.format.ImageFormat;

/**
 * The contract from an image file to the network's input. Only the size and the treatment of images that are not square vary;
 * all else is fixed by the version of the contract, so that a model is never fed with anything but what it was trained on:
 *
 * <ol>
 *   <li>The image is reduced to the smallest of the scales 1, 1/2, 1/4 and 1/8 that leaves it at least as wide and as high as
 *       the input: a JPEG file while it is decoded, any other once it is decoded, by means of squares of pixels. Version 1
 *       reduces only JPEG files.
 *   <li>Gray, palette, CMYK and 16-bit images become 8-bit RGB, transparent ones are laid on white, and of an
 *       animation the first frame is taken.
 *   <li>The EXIF orientation is applied.
 *   <li>The image, its middle square, or a black square with it in the middle is scaled to {@code size} x {@code size} pixels,
 *       the whole image as by Keras's {@code image_dataset_from_directory}: along an axis that shrinks by area averaging,
 *       along one that grows bilinearly.
 *   <li>Each 8-bit value {@code x} becomes {@code x / 127.5 - 1}, in [-1, 1].
 * </ol>
 *
 * @param size height and width of the network's input in pixels
 * @param resize how images that are not square become so
 * @param version version of the contract, which changes whenever the same file would give other numbers: 1 or 2
 */
public record Preprocessing(int size, Resize resize, int version) {
    /** The version with which models are trained. */
    public static final int VERSION = 2;

    private static final String VERSION_KEY = "version";

    /** Factor of the scaling {@code x * SCALE + OFFSET}. */
    static final double SCALE = 1 / 127.5;

    /** Offset of the scaling {@code x * SCALE + OFFSET}. */
    static final double OFFSET = -1;

    private static final String SIZE = "size";
    private static final String RESIZE = "resize";

    public Preprocessing {
        if (size < 1 || version < 1 || version > VERSION) {
            throw new IllegalArgumentException("size " + size + ", version " + version);
        }
    }

    /** The present contract. */
    public Preprocessing(int size, Resize resize) {
        this(size, resize, VERSION);
    }

    /** The present contract, by which images are stretched. */
    public Preprocessing(int size) {
        this(size, Resize.STRETCH);
    }

    /** The same with another way to make images square. */
    public Preprocessing with(Resize other) {
        return new Preprocessing(size, other, version);
    }

    /** Whether images of a format are reduced before they are stretched. */
    boolean reduces(ImageFormat format) {
        return version > 1 || format == ImageFormat.JPEG;
    }

    /** Number of values of an image: {@code size * size * 3}, in the order row, column, RGB. */
    public int valuesPerImage() {
        return size * size * 3;
    }

    /** The contract as plain strings and numbers, to be stored with a model. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(VERSION_KEY, version);
        map.put(SIZE, size);
        map.put(RESIZE, resize.name().toLowerCase(Locale.ROOT));
        map.put("filter", "area to shrink, bilinear to enlarge");
        map.put("channels", "RGB");
        map.put("scaling", "x / 127.5 - 1");
        map.put(version == 1 ? "jpegDecoding" : "reduction", "smallest of 1, 1/2, 1/4, 1/8 not below size");
        map.put("transparency", "on white");
        map.put("orientation", "EXIF applied");
        return map;
    }

    /**
     * The contract that was stored with a model.
     *
     * @throws FinetuneException with {@link ExitCode#MODEL} if this version of the program does not decode like that
     */
    public static Preprocessing fromMap(Map<String, ?> map) {
        if (!(map.get(SIZE) instanceof Number number) || number.intValue() < 1) {
            throw new FinetuneException(
                    ExitCode.MODEL, "The model's preprocessing has no valid input size; use another model file.");
        }
        boolean first = map.get(VERSION_KEY) instanceof Number version && version.intValue() == 1;
        Resize resize = Arrays.stream(Resize.values())
                .filter(known -> known.name().toLowerCase(Locale.ROOT).equals(map.get(RESIZE)))
                .findFirst()
                .orElse(Resize.STRETCH);
        Preprocessing preprocessing = new Preprocessing(number.intValue(), resize, first ? 1 : VERSION);
        preprocessing.toMap().forEach((key, expected) -> {
            Object found = map.get(key);
            if (found == null || !expected.toString().equals(found.toString())) {
                throw new FinetuneException(
                        ExitCode.MODEL,
                        "The model was made with the preprocessing '" + key + ": " + found
                                + "' but this version of finetune does '" + key + ": " + expected
                                + "'; use the version that made the model, or train it again.");
            }
        });
        return preprocessing;
    }
}
