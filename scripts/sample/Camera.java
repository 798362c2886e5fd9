import java.awt.image.BufferedImage;
import java.util.Random;

/** Takes the picture: exposure, white balance, contrast, vignette, slight blur and grain. */
final class Camera {
    private final Random random;
    private final double[] gain = new double[3];
    private final double contrast;
    private final double vignette;
    private final double grain;
    private final int blur;

    Camera(Random random) {
        this.random = random;
        double exposure = 0.88 + 0.24 * random.nextDouble();
        double warmth = 0.06 * random.nextGaussian();
        gain[0] = exposure * (1 + warmth);
        gain[1] = exposure;
        gain[2] = exposure * (1 - warmth);
        contrast = 0.85 + 0.3 * random.nextDouble();
        vignette = 0.35 * random.nextDouble();
        grain = 1 + 3 * random.nextDouble();
        blur = random.nextInt(3);
    }

    BufferedImage shoot(Artist artist) {
        Pixels.blur(artist.canvas, blur);
        BufferedImage photo = new BufferedImage(artist.width, artist.height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < artist.height; y++) {
            for (int x = 0; x < artist.width; x++) {
                double dx = 2.0 * x / artist.width - 1;
                double dy = 2.0 * y / artist.height - 1;
                double light = 1 - vignette * (dx * dx + dy * dy) / 2;
                double luminanceGrain = grain * random.nextGaussian();
                int rgb = 0;
                for (int channel = 0; channel < 3; channel++) {
                    double value = average(artist.canvas, x, y, 16 - 8 * channel) * gain[channel] * light;
                    value = 128 + (value - 128) * contrast + luminanceGrain + 0.4 * grain * random.nextGaussian();
                    rgb = rgb << 8 | (int) Math.max(0, Math.min(255, Math.round(value)));
                }
                photo.setRGB(x, y, rgb);
            }
        }
        return photo;
    }

    private static double average(BufferedImage canvas, int x, int y, int shift) {
        int n = Artist.OVERSAMPLING;
        int sum = 0;
        for (int row = 0; row < n; row++) {
            for (int column = 0; column < n; column++) {
                sum += canvas.getRGB(x * n + column, y * n + row) >> shift & 255;
            }
        }
        return sum / (double) (n * n);
    }
}
