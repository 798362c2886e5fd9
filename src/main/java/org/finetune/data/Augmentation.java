package org.finetune.data;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.decode.View;

/**
 * Gives each image its augmented views. They depend on nothing but the seed, the image's content and the view's
 * number, so that the same photo has the same views in every run, wherever it lies and whatever else is there.
 *
 * <p>View 0 is always the plain image. The others of {@link Augment#STANDARD} follow torchvision's RandomResizedCrop,
 * RandomHorizontalFlip and ColorJitter: a crop of 50 to 100% of the area whose sides are stretched against each other
 * by up to 4:3, mirrored in one of two cases, with brightness, contrast and saturation changed by up to 20%.
 *
 * @param kind how images are augmented
 * @param views number of views of each image
 * @param seed seed of everything random
 */
public record Augmentation(Augment kind, int views, long seed) {
    /** Every image as it is, once: for validation and prediction. */
    public static final Augmentation NONE = new Augmentation(Augment.NONE, 1, 0);

    private static final int STANDARD_VIEWS = 4;
    private static final double MIN_AREA = 0.5;
    private static final double MAX_ASPECT = 4.0 / 3;
    private static final double COLOR_CHANGE = 0.2;
    private static final int CROP_TRIES = 10;
    /** Odd 64-bit constant of the golden ratio, which spreads small numbers over all bits. */
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    public Augmentation {
        boolean fits =
                switch (kind) {
                    case NONE -> views == 1;
                    case FLIP -> views == 2;
                    case STANDARD -> views >= 1;
                };
        if (!fits) {
            String name = kind.name().toLowerCase(Locale.ROOT);
            throw new FinetuneException(
                    ExitCode.USAGE,
                    kind == Augment.STANDARD
                            ? "--views " + views + " is too few; use at least 1."
                            : "--views " + views + " cannot be combined with --augment " + name
                                    + ", whose number of views is fixed; use --augment standard or omit --views.");
        }
    }

    /**
     * The augmentation of the given settings.
     *
     * @param views number of views, or 0 for the kind's own: 1 for none, 2 for flip, 4 for standard
     * @throws FinetuneException with {@link ExitCode#USAGE} if the kind has no such number of views
     */
    public static Augmentation of(Augment kind, int views, long seed) {
        int own =
                switch (kind) {
                    case NONE -> 1;
                    case FLIP -> 2;
                    case STANDARD -> STANDARD_VIEWS;
                };
        return new Augmentation(kind, views == 0 ? own : views, seed);
    }

    /**
     * All views of an image.
     *
     * @param contentHash SHA-256 of the image file, in hexadecimal
     */
    public List<View> views(String contentHash) {
        return IntStream.range(0, views).mapToObj(k -> view(contentHash, k)).toList();
    }

    /**
     * One view of an image.
     *
     * @param contentHash SHA-256 of the image file, in hexadecimal
     * @param k number of the view, from 0
     */
    public View view(String contentHash, int k) {
        if (k < 0 || k >= views) {
            throw new IndexOutOfBoundsException(k);
        }
        if (k == 0) {
            return View.PLAIN;
        }
        return switch (kind) {
            case NONE -> View.PLAIN;
            case FLIP -> View.MIRRORED;
            case STANDARD -> {
                long content = Long.parseUnsignedLong(contentHash.substring(0, 16), 16);
                yield randomView(new Random(mix((mix(seed + GOLDEN_GAMMA) ^ content) + k * GOLDEN_GAMMA)));
            }
        };
    }

    private static View randomView(Random random) {
        double width = 1;
        double height = 1;
        for (int i = 0; i < CROP_TRIES; i++) {
            double area = uniform(random, MIN_AREA, 1);
            double logAspect = uniform(random, -1, 1) * StrictMath.log(MAX_ASPECT);
            double w = StrictMath.sqrt(area * StrictMath.exp(logAspect));
            double h = StrictMath.sqrt(area / StrictMath.exp(logAspect));
            if (w <= 1 && h <= 1) {
                width = w;
                height = h;
                break;
            }
        }
        double left = uniform(random, 0, 1 - width);
        double top = uniform(random, 0, 1 - height);
        boolean mirrored = random.nextBoolean();
        return new View(
                mirrored, left, top, width, height, colorFactor(random), colorFactor(random), colorFactor(random));
    }

    private static double colorFactor(Random random) {
        return uniform(random, 1 - COLOR_CHANGE, 1 + COLOR_CHANGE);
    }

    private static double uniform(Random random, double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    /** The finalizer of MurmurHash3, which makes related seeds unrelated. */
    private static long mix(long value) {
        long z = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        z = (z ^ z >>> 33) * 0xc4ceb9fe1a85ec53L;
        return z ^ z >>> 33;
    }
}
