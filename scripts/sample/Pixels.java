import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;

/** Work on whole images. */
final class Pixels {
    private Pixels() {}

    /** Blurs in place by three passes of a box filter, which come near a Gaussian. */
    static void blur(BufferedImage image, int radius) {
        if (radius < 1) {
            return;
        }
        int width = image.getWidth();
        int height = image.getHeight();
        int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
        int[] scratch = new int[pixels.length];
        for (int pass = 0; pass < 3; pass++) {
            boxRows(pixels, scratch, width, height, radius);
            boxRows(scratch, pixels, height, width, radius);
        }
    }

    /** Averages along the rows and writes the transpose. */
    private static void boxRows(int[] in, int[] out, int width, int height, int radius) {
        int span = 2 * radius + 1;
        for (int y = 0; y < height; y++) {
            int[] sums = new int[4];
            for (int x = -radius; x <= radius; x++) {
                add(sums, in[y * width + Math.max(0, Math.min(width - 1, x))], 1);
            }
            for (int x = 0; x < width; x++) {
                int pixel = 0;
                for (int channel = 0; channel < 4; channel++) {
                    pixel |= (sums[channel] + radius) / span << 8 * channel;
                }
                out[x * height + y] = pixel;
                add(sums, in[y * width + Math.min(width - 1, x + radius + 1)], 1);
                add(sums, in[y * width + Math.max(0, x - radius)], -1);
            }
        }
    }

    private static void add(int[] sums, int pixel, int sign) {
        for (int channel = 0; channel < 4; channel++) {
            sums[channel] += sign * (pixel >>> 8 * channel & 255);
        }
    }
}
