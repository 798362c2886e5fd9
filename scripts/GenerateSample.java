import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.RadialGradientPaint;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Arc2D;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * Paints the sample data set: five classes of small pictures, each with its own colours, place, scale, rotation, light
 * and background. The same JDK gives the same bytes.
 *
 * <p>Usage: {@code java scripts/GenerateSample.java DIRECTORY}; {@code scripts/generate-sample} calls it.
 */
public final class GenerateSample {
    private static final int IMAGES_PER_CLASS = 32;
    private static final float JPEG_QUALITY = 0.86f;
    private static final int[][] SIZES = {{160, 120}, {120, 160}, {144, 144}, {160, 128}, {128, 160}};

    private GenerateSample() {}

    public static void main(String[] args) throws IOException {
        System.setProperty("java.awt.headless", "true");
        if (args.length != 1) {
            System.err.println("Usage: java GenerateSample.java DIRECTORY");
            System.exit(2);
        }
        Map<String, Consumer<Artist>> scenes = new LinkedHashMap<>();
        scenes.put("balloon", artist -> new Balloon(artist).paint());
        scenes.put("fish", artist -> new Fish(artist).paint());
        scenes.put("flower", artist -> new Flower(artist).paint());
        scenes.put("house", artist -> new House(artist).paint());
        scenes.put("sailboat", artist -> new Sailboat(artist).paint());
        for (Map.Entry<String, Consumer<Artist>> scene : scenes.entrySet()) {
            String name = scene.getKey();
            Path directory = Files.createDirectories(Path.of(args[0], name));
            for (int i = 1; i <= IMAGES_PER_CLASS; i++) {
                Random random = new Random(31L * name.hashCode() + i);
                int[] size = SIZES[random.nextInt(SIZES.length)];
                Artist artist = new Artist(size[0], size[1], random);
                scene.getValue().accept(artist);
                Path file = directory.resolve(String.format(Locale.ROOT, "%s-%02d.jpg", name, i));
                Files.write(file, jpeg(new Camera(random).shoot(artist)));
            }
        }
    }

    private static byte[] jpeg(BufferedImage image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(JPEG_QUALITY);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}

/** A canvas with its brushes. Lengths are in pixels of the finished picture; painting happens at a multiple of that. */
final class Artist {
    /** Canvas pixels for each pixel of the finished picture. */
    static final int OVERSAMPLING = 4;

    final int width;
    final int height;
    final Random random;
    final BufferedImage canvas;
    Graphics2D g;

    Artist(int width, int height, Random random) {
        this.width = width;
        this.height = height;
        this.random = random;
        canvas = new BufferedImage(width * OVERSAMPLING, height * OVERSAMPLING, BufferedImage.TYPE_INT_ARGB_PRE);
        g = canvas.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        g.scale(OVERSAMPLING, OVERSAMPLING);
    }

    double between(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    int count(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    @SafeVarargs
    final <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** Paints something that is out of focus. */
    void blurred(double radius, Runnable painting) {
        Artist layer = new Artist(width, height, random);
        layer.g.setTransform(g.getTransform());
        Graphics2D sharp = g;
        g = layer.g;
        painting.run();
        g = sharp;
        Pixels.blur(layer.canvas, (int) Math.round(radius * OVERSAMPLING));
        drawDevice(layer.canvas);
    }

    /** Paints in a system of coordinates of its own, whose origin is (x, y) and whose unit is {@code scale} pixels. */
    void at(double x, double y, double scale, double degrees, Runnable painting) {
        AffineTransform before = g.getTransform();
        g.translate(x, y);
        g.rotate(Math.toRadians(degrees));
        g.scale(scale, scale);
        painting.run();
        g.setTransform(before);
    }

    /** Paints inside a shape only. */
    void inside(Shape shape, Runnable painting) {
        Shape before = g.getClip();
        g.clip(shape);
        painting.run();
        g.setClip(before);
    }

    void fill(Shape shape, Paint paint) {
        g.setPaint(paint);
        g.fill(shape);
    }

    void stroke(Shape shape, double thickness, Paint paint) {
        g.setPaint(paint);
        g.setStroke(new BasicStroke((float) thickness, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        g.draw(shape);
    }

    /** Mottles a shape with light and dark, the size of the patches being given in current units. */
    void mottle(Shape shape, double sizeX, double sizeY, double strength) {
        Noise noise = new Noise(random.nextLong());
        Rectangle2D bounds = shape.getBounds2D();
        AffineTransform toDevice = g.getTransform();
        double step = 2 / Math.sqrt(Math.abs(toDevice.getDeterminant()));
        int columns = (int) Math.ceil(bounds.getWidth() / step) + 1;
        int rows = (int) Math.ceil(bounds.getHeight() / step) + 1;
        BufferedImage patches = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_ARGB);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                double value = noise.at(column * step / sizeX, row * step / sizeY);
                int alpha = (int) Math.min(255, 255 * Math.abs(value) * strength);
                patches.setRGB(column, row, alpha << 24 | (value > 0 ? 0xffffff : 0));
            }
        }
        inside(shape, () -> {
            AffineTransform placement = AffineTransform.getTranslateInstance(bounds.getX(), bounds.getY());
            placement.scale(step, step);
            g.drawImage(patches, placement, null);
        });
    }

    /** Draws an image whose pixels are those of the canvas. */
    void drawDevice(BufferedImage image) {
        AffineTransform before = g.getTransform();
        g.setTransform(new AffineTransform());
        g.drawImage(image, 0, 0, null);
        g.setTransform(before);
    }

    Rectangle2D everything() {
        return new Rectangle2D.Double(0, 0, width, height);
    }
}

/** Colours by hue in degrees, saturation and brightness in [0, 1]. */
final class Colours {
    private Colours() {}

    static Color hsb(double hue, double saturation, double brightness) {
        return Color.getHSBColor((float) (hue / 360), clamp(saturation), clamp(brightness));
    }

    static Color alpha(Color colour, double alpha) {
        return new Color(colour.getRed() / 255f, colour.getGreen() / 255f, colour.getBlue() / 255f, clamp(alpha));
    }

    static Color mix(Color one, Color other, double share) {
        return new Color(
                clamp((one.getRed() * (1 - share) + other.getRed() * share) / 255),
                clamp((one.getGreen() * (1 - share) + other.getGreen() * share) / 255),
                clamp((one.getBlue() * (1 - share) + other.getBlue() * share) / 255));
    }

    static Color darker(Color colour, double share) {
        return mix(colour, Color.BLACK, share);
    }

    static Color lighter(Color colour, double share) {
        return mix(colour, Color.WHITE, share);
    }

    static Paint vertical(double top, Color above, double bottom, Color below) {
        return new GradientPaint(0, (float) top, above, 0, (float) bottom, below);
    }

    static Paint radial(double x, double y, double radius, Color inner, Color outer) {
        return new RadialGradientPaint(
                new Point2D.Double(x, y), (float) radius, new float[] {0, 1}, new Color[] {inner, outer});
    }

    private static float clamp(double value) {
        return (float) Math.max(0, Math.min(1, value));
    }
}

/** Smooth random values in the plane: four octaves of interpolated lattice noise, each half as strong as the last. */
final class Noise {
    private final long seed;

    Noise(long seed) {
        this.seed = seed;
    }

    /** The value at a point, in [-1, 1]. */
    double at(double x, double y) {
        double sum = 0;
        double amplitude = 0.53;
        double frequency = 1;
        for (int octave = 0; octave < 4; octave++) {
            sum += amplitude * octave(x * frequency, y * frequency, octave);
            amplitude /= 2;
            frequency *= 2;
        }
        return sum;
    }

    private double octave(double x, double y, int octave) {
        long column = (long) Math.floor(x);
        long row = (long) Math.floor(y);
        double u = smooth(x - column);
        double v = smooth(y - row);
        double top = lattice(column, row, octave) * (1 - u) + lattice(column + 1, row, octave) * u;
        double bottom = lattice(column, row + 1, octave) * (1 - u) + lattice(column + 1, row + 1, octave) * u;
        return top * (1 - v) + bottom * v;
    }

    private static double smooth(double t) {
        return t * t * (3 - 2 * t);
    }

    private double lattice(long column, long row, int octave) {
        long hash = seed + column * 0x9E3779B97F4A7C15L + row * 0xC2B2AE3D27D4EB4FL + octave * 0x165667B19E3779F9L;
        hash = (hash ^ hash >>> 30) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ hash >>> 27) * 0x94D049BB133111EBL;
        return ((hash ^ hash >>> 31) >> 11) * 0x1.0p-52;
    }
}

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

/** What is behind the things. */
final class Landscape {
    /** Light of a day: the sky's colours, and how much of the ground's colours it lets through. */
    record Sky(Color zenith, Color horizon, Color cloud, double daylight) {}

    private final Artist artist;
    private final Sky sky;

    Landscape(Artist artist) {
        this.artist = artist;
        this.sky = artist.pick(
                new Sky(Colours.hsb(212, 0.75, 0.78), Colours.hsb(203, 0.25, 0.95), Color.WHITE, 1),
                new Sky(Colours.hsb(207, 0.55, 0.88), Colours.hsb(200, 0.12, 0.97), Color.WHITE, 1),
                new Sky(Colours.hsb(217, 0.85, 0.65), Colours.hsb(205, 0.35, 0.92), Color.WHITE, 1),
                new Sky(Colours.hsb(215, 0.15, 0.68), Colours.hsb(210, 0.06, 0.85), Colours.hsb(215, 0.1, 0.5), 0.8),
                new Sky(Colours.hsb(245, 0.45, 0.50), Colours.hsb(25, 0.60, 0.98), Colours.hsb(350, 0.35, 0.75), 0.7),
                new Sky(Colours.hsb(205, 0.35, 0.80), Colours.hsb(45, 0.30, 0.98), Colours.hsb(40, 0.15, 1), 0.9),
                new Sky(Colours.hsb(225, 0.65, 0.38), Colours.hsb(330, 0.35, 0.75), Colours.hsb(300, 0.25, 0.5), 0.6));
    }

    Sky sky() {
        return sky;
    }

    void paintSky(double horizon) {
        artist.fill(artist.everything(), Colours.vertical(0, sky.zenith(), horizon, sky.horizon()));
        if (artist.chance(0.3)) {
            double x = artist.between(0, artist.width);
            double y = artist.between(0.1, 0.9) * horizon;
            double radius = artist.between(0.3, 0.7) * artist.width;
            Color glow = Colours.hsb(48, 0.2, 1);
            artist.fill(
                    artist.everything(),
                    Colours.radial(x, y, radius, Colours.alpha(glow, 0.9), Colours.alpha(glow, 0)));
        }
        clouds(horizon);
    }

    private void clouds(double horizon) {
        double threshold = artist.between(-0.1, 0.7);
        Noise noise = new Noise(artist.random.nextLong());
        double size = artist.between(25, 60);
        int n = Artist.OVERSAMPLING;
        BufferedImage clouds = new BufferedImage(artist.width * n, artist.height * n, BufferedImage.TYPE_INT_ARGB);
        int rgb = sky.cloud().getRGB() & 0xffffff;
        for (int y = 0; y < Math.min(clouds.getHeight(), horizon * n); y++) {
            for (int x = 0; x < clouds.getWidth(); x++) {
                double density = (noise.at(x / size / n, 2.2 * y / size / n) - threshold) * 2.5;
                int alpha = (int) (Math.max(0, Math.min(0.85, density)) * 255);
                clouds.setRGB(x, y, alpha << 24 | rgb);
            }
        }
        artist.drawDevice(clouds);
    }

    /** Ridges of hills, the farther the paler. */
    void paintHills(double horizon, int ridges) {
        double hue = artist.between(70, 150);
        for (int ridge = 0; ridge < ridges; ridge++) {
            double nearness = (ridge + 1.0) / ridges;
            Noise noise = new Noise(artist.random.nextLong());
            double rise = artist.between(0.08, 0.2) * artist.height * (1.2 - nearness);
            Path2D hill = new Path2D.Double();
            hill.moveTo(0, artist.height);
            for (int x = 0; x <= artist.width; x++) {
                hill.lineTo(x, horizon - rise * (0.6 + noise.at(x / 50.0, ridge)) + 4 * ridge);
            }
            hill.lineTo(artist.width, artist.height);
            hill.closePath();
            Color colour = Colours.hsb(hue + 60 * (1 - nearness), 0.3 + 0.25 * nearness, 0.55 * sky.daylight());
            artist.fill(hill, Colours.mix(sky.horizon(), colour, 0.35 + 0.6 * nearness));
            artist.mottle(hill, 6, 3, 0.25);
        }
    }

    /** Grass from a line down to the lower edge. */
    void paintMeadow(double top) {
        double hue = artist.between(65, 125);
        Rectangle2D ground = new Rectangle2D.Double(0, top, artist.width, artist.height - top);
        Color far = shade(Colours.hsb(hue, 0.45, 0.6));
        artist.fill(ground, Colours.vertical(top, far, artist.height, shade(Colours.hsb(hue, 0.65, 0.4))));
        artist.mottle(ground, 18, 5, 0.3);
        int blades = (int) (artist.width * (artist.height - top) / 8);
        for (int i = 0; i < blades; i++) {
            double depth = Math.sqrt(artist.random.nextDouble());
            double x = artist.between(0, artist.width);
            double y = top + depth * (artist.height - top);
            double length = 1 + 6 * depth;
            Color blade = shade(Colours.hsb(hue + artist.between(-18, 12), 0.6, artist.between(0.3, 0.75)));
            artist.stroke(
                    new Line2D.Double(x, y, x + artist.between(-0.4, 0.4) * length, y - length),
                    0.3 + 0.5 * depth,
                    Colours.alpha(blade, 0.7));
        }
    }

    void paintSnow(double top) {
        Rectangle2D ground = new Rectangle2D.Double(0, top, artist.width, artist.height - top);
        Color snow = Colours.mix(Colours.hsb(215, 0.06, 0.97), sky.horizon(), 0.25);
        artist.fill(ground, Colours.vertical(top, snow, artist.height, shade(Colours.lighter(snow, 0.2))));
        artist.mottle(ground, 30, 6, 0.12);
    }

    /** Water that mirrors the sky, rippled the more the nearer. */
    void paintWater(double top) {
        double hue = artist.between(180, 225);
        Rectangle2D sea = new Rectangle2D.Double(0, top, artist.width, artist.height - top);
        Color far = Colours.mix(sky.horizon(), shade(Colours.hsb(hue, 0.55, 0.6)), 0.55);
        Color near = Colours.mix(sky.zenith(), shade(Colours.hsb(hue, 0.75, 0.4)), 0.7);
        artist.fill(sea, Colours.vertical(top, far, artist.height, near));
        artist.mottle(sea, 14, 1.6, 0.35);
        int ripples = (int) (artist.width * (artist.height - top) / 30);
        for (int i = 0; i < ripples; i++) {
            double depth = artist.random.nextDouble();
            double x = artist.between(0, artist.width);
            double y = top + depth * depth * (artist.height - top);
            double length = 1 + 9 * depth;
            Path2D ripple = new Path2D.Double();
            ripple.moveTo(x - length, y);
            ripple.quadTo(x, y - 0.25 * length, x + length, y);
            Color light = artist.chance(0.6) ? sky.horizon() : Colours.darker(near, 0.4);
            artist.stroke(ripple, 0.2 + 0.6 * depth, Colours.alpha(light, artist.between(0.1, 0.5)));
        }
    }

    void paintTree(double x, double foot, double size) {
        Color bark = shade(Colours.hsb(25, 0.5, 0.35));
        artist.stroke(new Line2D.Double(x, foot, x, foot - 0.5 * size), 0.08 * size, bark);
        double hue = artist.between(60, 140);
        boolean conifer = artist.chance(0.4);
        int leaves = 140;
        for (int i = 0; i < leaves; i++) {
            double up = i / (double) leaves;
            double reach = conifer ? 0.3 * (1 - up) : 0.36 * Math.sqrt(Math.max(0, 1 - Math.pow(2 * up - 1, 2)));
            double dx = artist.between(-1, 1) * reach * size;
            double y = foot - (0.25 + 0.8 * up) * size;
            double radius = artist.between(0.03, 0.09) * size;
            Color leaf = shade(Colours.hsb(hue + artist.between(-10, 10), 0.6, 0.3 + 0.3 * up - dx / size * 0.3));
            artist.fill(new Ellipse2D.Double(x + dx - radius, y - radius, 2 * radius, 2 * radius), leaf);
        }
    }

    /** The colour of a thing in this light. */
    Color shade(Color colour) {
        return Colours.mix(Colours.darker(colour, 1 - sky.daylight()), sky.horizon(), 0.1);
    }
}

/** A hot-air balloon in the sky. */
final class Balloon {
    /** Pieces of the outline. */
    private static final int STEPS = 40;

    private final Artist artist;
    private final Landscape land;

    Balloon(Artist artist) {
        this.artist = artist;
        this.land = new Landscape(artist);
    }

    void paint() {
        double horizon = artist.between(0.75, 1.15) * artist.height;
        land.paintSky(horizon);
        if (horizon < artist.height) {
            land.paintHills(horizon, artist.count(1, 3));
        }
        if (artist.chance(0.35)) {
            double far = artist.between(0.08, 0.16) * artist.height;
            artist.blurred(
                    0.4,
                    () -> artist.at(
                            artist.between(0.1, 0.9) * artist.width,
                            artist.between(0.15, 0.5) * artist.height,
                            far,
                            0,
                            this::paintBalloon));
        }
        double size = artist.between(0.3, 0.56) * Math.min(artist.height, 1.2 * artist.width);
        double x = artist.between(0.32, 0.68) * artist.width;
        double y = artist.between(0.36, 0.52) * artist.height;
        artist.at(x, y, size, artist.between(-10, 10), this::paintBalloon);
    }

    /** The envelope reaches from -0.85 to 0.65, the basket to 0.95. */
    private void paintBalloon() {
        int gores = artist.count(5, 9) * 2;
        double hue = artist.between(0, 360);
        Color[] colours = {
            Colours.hsb(hue, artist.between(0.6, 0.95), artist.between(0.7, 1)),
            artist.pick(
                    Color.WHITE, Colours.hsb(50, 0.8, 1), Colours.hsb(hue + 180, 0.8, 0.8), Colours.hsb(hue, 1, 0.4)),
            Colours.hsb(hue + artist.between(40, 120), 0.8, 0.9)
        };
        int period = artist.count(2, 3);
        Path2D envelope = envelope(-1, 1);
        for (int gore = 0; gore < gores; gore++) {
            double from = Math.sin(Math.PI * (gore / (double) gores - 0.5));
            double to = Math.sin(Math.PI * ((gore + 1) / (double) gores - 0.5));
            artist.fill(envelope(from, to), land.shade(colours[gore % period]));
            artist.stroke(edge(to), 0.008, new Color(0, 0, 0, 60));
        }
        artist.inside(envelope, () -> {
            if (artist.chance(0.6)) {
                paintBand(colours[2], artist.between(-0.45, 0.1), artist.between(0.1, 0.3));
            }
            artist.fill(
                    envelope, Colours.radial(-0.25, -0.4, 1.1, new Color(255, 255, 255, 110), new Color(0, 0, 0, 130)));
        });
        for (double x : new double[] {-0.12, -0.04, 0.04, 0.12}) {
            artist.stroke(new Line2D.Double(1.1 * x, 0.63, 0.8 * x, 0.82), 0.01, new Color(60, 50, 40));
        }
        Rectangle2D basket = new Rectangle2D.Double(-0.11, 0.8, 0.22, 0.17);
        artist.fill(basket, Colours.vertical(0.8, new Color(150, 100, 55), 0.97, new Color(80, 50, 25)));
        for (int i = 0; i < 5; i++) {
            double y = 0.82 + 0.032 * i;
            artist.stroke(new Line2D.Double(-0.11, y, 0.11, y), 0.008, new Color(50, 30, 15, 150));
        }
    }

    private void paintBand(Color colour, double top, double height) {
        Path2D band = new Path2D.Double();
        boolean zigzag = artist.chance(0.5);
        int teeth = 12;
        band.moveTo(-1, top);
        for (int i = 0; i <= teeth; i++) {
            band.lineTo(2.0 * i / teeth - 1, top + (zigzag && i % 2 == 1 ? -0.12 : 0));
        }
        for (int i = teeth; i >= 0; i--) {
            band.lineTo(2.0 * i / teeth - 1, top + height + (zigzag && i % 2 == 1 ? -0.12 : 0));
        }
        band.closePath();
        artist.fill(band, land.shade(colour));
    }

    /** The part of the envelope between two meridians, given by their place at the equator from -1 to 1. */
    private static Path2D envelope(double from, double to) {
        Path2D gore = edge(from);
        for (int i = STEPS; i >= 0; i--) {
            gore.lineTo(to * halfWidth(height(i)), height(i));
        }
        gore.closePath();
        return gore;
    }

    private static Path2D edge(double meridian) {
        Path2D edge = new Path2D.Double();
        edge.moveTo(0, height(0));
        for (int i = 0; i <= STEPS; i++) {
            edge.lineTo(meridian * halfWidth(height(i)), height(i));
        }
        return edge;
    }

    private static double height(int step) {
        return -0.85 + 1.5 * step / STEPS;
    }

    /** A sphere above, narrowing to the mouth below. */
    private static double halfWidth(double y) {
        double equator = -0.2;
        if (y < equator) {
            double t = (equator - y) / 0.65;
            return 0.65 * Math.sqrt(Math.max(0, 1 - t * t));
        }
        double t = (y - equator) / 0.85;
        return 0.12 + 0.53 * Math.pow(Math.max(0, Math.cos(t * Math.PI / 2)), 0.9);
    }
}

/** A fish in the water, or on a board. */
final class Fish {
    private final Artist artist;

    Fish(Artist artist) {
        this.artist = artist;
    }

    void paint() {
        if (artist.chance(0.2)) {
            paintBoard();
        } else {
            paintWater();
        }
        double size = artist.between(0.3, 0.46) * artist.width;
        double x = artist.between(0.38, 0.62) * artist.width;
        double y = artist.between(0.35, 0.62) * artist.height;
        boolean mirrored = artist.chance(0.5);
        artist.at(x, y, size, artist.between(-28, 28), () -> {
            if (mirrored) {
                artist.g.scale(-1, 1);
            }
            paintFish();
        });
        paintBubbles();
    }

    private void paintWater() {
        double hue = artist.between(165, 225);
        Color above = Colours.hsb(hue, artist.between(0.35, 0.7), artist.between(0.7, 0.95));
        Color below = Colours.hsb(hue + 12, 0.85, artist.between(0.2, 0.45));
        artist.fill(artist.everything(), Colours.vertical(0, above, artist.height, below));
        artist.mottle(artist.everything(), 40, 25, 0.2);
        artist.blurred(3, () -> {
            double source = artist.between(0, artist.width);
            for (int ray = 0; ray < 6; ray++) {
                double foot = artist.between(-0.3, 1.3) * artist.width;
                Path2D beam = new Path2D.Double();
                beam.moveTo(source, -20);
                beam.lineTo(foot, artist.height);
                beam.lineTo(foot + artist.between(6, 25), artist.height);
                beam.closePath();
                artist.fill(beam, new Color(255, 255, 255, 40));
            }
        });
        if (artist.chance(0.65)) {
            paintBottom();
        }
    }

    private void paintBottom() {
        double top = artist.between(0.75, 0.92) * artist.height;
        Color sand = Colours.hsb(artist.between(28, 48), 0.4, artist.between(0.5, 0.8));
        Rectangle2D bottom = new Rectangle2D.Double(0, top, artist.width, artist.height - top);
        artist.blurred(0.8, () -> {
            artist.fill(bottom, Colours.vertical(top, Colours.darker(sand, 0.4), artist.height, sand));
            artist.mottle(bottom, 5, 2.5, 0.5);
            for (int i = artist.count(0, 5); i > 0; i--) {
                paintWeed(artist.between(0, artist.width), artist.between(top, artist.height));
            }
        });
    }

    private void paintWeed(double x, double foot) {
        Color colour = Colours.hsb(artist.pick(110.0, 140.0, 20.0, 340.0), 0.6, artist.between(0.3, 0.7));
        for (int blade = artist.count(3, 7); blade > 0; blade--) {
            double sway = artist.between(-15, 15);
            double height = artist.between(15, 45);
            Path2D stem = new Path2D.Double();
            stem.moveTo(x, foot);
            stem.curveTo(x + sway, foot - 0.4 * height, x - sway, foot - 0.7 * height, x + sway, foot - height);
            artist.stroke(stem, artist.between(1.5, 3.5), Colours.darker(colour, artist.between(0, 0.4)));
        }
    }

    private void paintBoard() {
        Color wood = Colours.hsb(artist.between(18, 36), artist.between(0.3, 0.65), artist.between(0.45, 0.85));
        artist.fill(artist.everything(), wood);
        artist.mottle(artist.everything(), 80, 3, 0.4);
        double plank = artist.between(25, 50);
        for (double y = artist.between(0, plank); y < artist.height; y += plank) {
            artist.stroke(new Line2D.Double(0, y, artist.width, y), 0.8, Colours.darker(wood, 0.6));
        }
    }

    private void paintBubbles() {
        for (int i = artist.count(0, 7); i > 0; i--) {
            double radius = artist.between(0.8, 3);
            double x = artist.between(0, artist.width);
            double y = artist.between(0, 0.8 * artist.height);
            Ellipse2D bubble = new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
            artist.fill(bubble, new Color(255, 255, 255, 40));
            artist.stroke(bubble, 0.4, new Color(255, 255, 255, 150));
        }
    }

    /** Looks to the left; the snout is at -1, the tail's end at about 1.1. */
    private void paintFish() {
        double belly = artist.between(0.3, 0.5);
        Color back = Colours.hsb(artist.pick(5.0, 25.0, 45.0, 60.0, 195.0, 215.0, 280.0, 330.0), 0.7, 0.75);
        Color side = artist.chance(0.5) ? Colours.lighter(back, 0.45) : Colours.hsb(artist.between(30, 60), 0.35, 0.9);
        Color fin = artist.chance(0.5) ? Colours.darker(back, 0.25) : Colours.hsb(artist.between(0, 60), 0.8, 0.85);

        Path2D tail = new Path2D.Double();
        tail.moveTo(0.62, 0);
        tail.quadTo(0.9, -0.08, artist.between(1.02, 1.15), -artist.between(0.3, 0.48));
        tail.quadTo(artist.between(0.85, 1.0), 0, artist.between(1.02, 1.15), artist.between(0.3, 0.48));
        tail.quadTo(0.9, 0.08, 0.62, 0);
        paintFin(tail, fin, 0.6, 0);

        Path2D dorsal = new Path2D.Double();
        double crest = belly + artist.between(0.12, 0.3);
        dorsal.moveTo(-0.4, -0.6 * belly);
        dorsal.curveTo(-0.2, -crest, 0.2, -crest, 0.5, -0.35 * belly);
        dorsal.lineTo(0.1, 0);
        dorsal.closePath();
        paintFin(dorsal, fin, 0, 0.3);

        Path2D anal = new Path2D.Double();
        anal.moveTo(0.0, 0.7 * belly);
        anal.quadTo(0.3, belly + artist.between(0.1, 0.22), 0.5, 0.4 * belly);
        anal.lineTo(0.2, 0.2);
        anal.closePath();
        paintFin(anal, fin, 0.1, -0.2);

        Path2D body = new Path2D.Double();
        body.moveTo(-1, 0.02);
        body.curveTo(-0.7, -1.15 * belly, 0.1, -1.2 * belly, 0.72, -0.09);
        body.lineTo(0.72, 0.09);
        body.curveTo(0.1, 1.2 * belly, -0.7, 1.1 * belly, -1, 0.02);
        body.closePath();
        artist.fill(body, Colours.vertical(-belly, back, 0.8 * belly, side));
        artist.inside(body, () -> {
            paintScales(back, belly);
            paintMarkings(back, belly);
            artist.fill(
                    body,
                    Colours.radial(-0.2, -0.35 * belly, 1.1, new Color(255, 255, 255, 70), new Color(0, 0, 0, 110)));
            artist.stroke(
                    new Arc2D.Double(-0.98, -belly, 0.5, 2 * belly, -65, 130, Arc2D.OPEN),
                    0.025,
                    new Color(0, 0, 0, 90));
        });
        artist.stroke(body, 0.012, Colours.alpha(Colours.darker(back, 0.7), 0.7));

        Path2D pectoral = new Path2D.Double();
        pectoral.moveTo(-0.38, 0.1);
        pectoral.curveTo(-0.2, 0.05, 0.0, 0.12, 0.02, 0.3);
        pectoral.curveTo(-0.15, 0.32, -0.3, 0.25, -0.38, 0.1);
        paintFin(pectoral, fin, -0.38, 0.1);

        artist.fill(new Ellipse2D.Double(-0.79, -0.16, 0.15, 0.15), Colours.hsb(50, 0.35, 0.95));
        artist.fill(new Ellipse2D.Double(-0.755, -0.125, 0.085, 0.085), new Color(15, 15, 20));
        artist.fill(new Ellipse2D.Double(-0.745, -0.115, 0.025, 0.025), Color.WHITE);
        artist.stroke(new Line2D.Double(-0.98, 0.05, -0.86, 0.09), 0.02, new Color(60, 20, 20, 200));
    }

    private void paintFin(Shape shape, Color colour, double rootX, double rootY) {
        artist.fill(shape, Colours.alpha(colour, 0.9));
        artist.inside(shape, () -> {
            for (int ray = 0; ray < 24; ray++) {
                double angle = ray * Math.PI / 12;
                artist.stroke(
                        new Line2D.Double(rootX, rootY, rootX + 1.2 * Math.cos(angle), rootY + 1.2 * Math.sin(angle)),
                        0.012,
                        Colours.alpha(Colours.darker(colour, 0.6), 0.5));
            }
        });
    }

    private void paintScales(Color colour, double belly) {
        double size = artist.between(0.07, 0.12);
        boolean odd = false;
        for (double y = -1.2 * belly; y < 1.2 * belly; y += 0.5 * size) {
            odd = !odd;
            for (double x = -0.55 + (odd ? size / 2 : 0); x < 0.75; x += size) {
                artist.stroke(
                        new Arc2D.Double(x, y, size, size, 100, 160, Arc2D.OPEN),
                        0.01,
                        Colours.alpha(Colours.darker(colour, 0.6), 0.35));
            }
        }
    }

    private void paintMarkings(Color back, double belly) {
        int kind = artist.count(0, 3);
        Color mark = artist.pick(Color.WHITE, Color.BLACK, Colours.darker(back, 0.5), Colours.hsb(210, 0.8, 0.7));
        if (kind == 0) {
            for (double x = artist.between(-0.5, -0.35); x < 0.6; x += artist.between(0.28, 0.45)) {
                Path2D stripe = new Path2D.Double();
                stripe.moveTo(x, -belly);
                stripe.quadTo(x + 0.12, 0, x, belly);
                artist.stroke(stripe, artist.between(0.07, 0.14), Colours.alpha(mark, 0.85));
            }
        } else if (kind == 1) {
            for (int i = 0; i < 40; i++) {
                double radius = artist.between(0.012, 0.04);
                double x = artist.between(-0.5, 0.7);
                double y = artist.between(-belly, 0.3 * belly);
                artist.fill(
                        new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius), Colours.alpha(mark, 0.7));
            }
        } else if (kind == 2) {
            artist.stroke(
                    new Line2D.Double(-0.6, -0.02, 0.75, 0), artist.between(0.04, 0.12), Colours.alpha(mark, 0.6));
        }
    }
}

/** A flower seen from above or a little aslant. */
final class Flower {
    private final Artist artist;

    Flower(Artist artist) {
        this.artist = artist;
    }

    void paint() {
        paintBackground();
        int petals = artist.pick(5, 6, 8, 13, 16, 21);
        double hue = artist.pick(0.0, 20.0, 48.0, 55.0, 215.0, 265.0, 300.0, 335.0) + artist.between(-8, 8);
        boolean white = artist.chance(0.2);
        Color petal = Colours.hsb(hue, white ? 0.04 : artist.between(0.55, 0.95), artist.between(0.8, 1));
        Color heart = artist.pick(Colours.hsb(48, 0.9, 0.95), Colours.hsb(35, 0.9, 0.75), Colours.hsb(20, 0.7, 0.3));
        double smaller = Math.min(artist.width, artist.height);
        if (artist.chance(0.4)) {
            double x = artist.between(0, artist.width);
            double y = artist.between(0, artist.height);
            artist.blurred(artist.between(1.5, 3), () -> {
                paintStem(x, y);
                artist.at(x, y, artist.between(0.15, 0.25) * smaller, 0, () -> paintHead(petals, petal, heart));
            });
        }
        double x = artist.between(0.36, 0.64) * artist.width;
        double y = artist.between(0.33, 0.55) * artist.height;
        double size = artist.between(0.26, 0.47) * smaller;
        paintStem(x, y);
        artist.at(x, y, size, artist.between(0, 360), () -> paintHead(petals, petal, heart));
    }

    private void paintBackground() {
        switch (artist.count(0, 3)) {
            case 0 -> {
                Landscape land = new Landscape(artist);
                double horizon = artist.between(0.2, 0.45) * artist.height;
                artist.blurred(1.5, () -> {
                    land.paintSky(horizon);
                    land.paintHills(horizon, 1);
                    land.paintMeadow(horizon);
                });
            }
            case 1 -> {
                Color soil = Colours.hsb(artist.between(15, 35), 0.5, artist.between(0.2, 0.5));
                artist.fill(artist.everything(), soil);
                artist.mottle(artist.everything(), 6, 5, 0.6);
                for (int i = 0; i < 14; i++) {
                    paintLeaf(
                            artist.between(0, artist.width), artist.between(0, artist.height), artist.between(0, 360));
                }
            }
            default -> paintBokeh();
        }
    }

    private void paintBokeh() {
        double hue = artist.pick(100.0, 120.0, 140.0, 80.0, 210.0, 30.0);
        Color base = Colours.hsb(hue, artist.between(0.3, 0.7), artist.between(0.15, 0.6));
        artist.fill(
                artist.everything(),
                Colours.vertical(0, Colours.lighter(base, 0.2), artist.height, Colours.darker(base, 0.3)));
        artist.blurred(2.5, () -> {
            for (int i = 0; i < 40; i++) {
                double radius = artist.between(3, 14);
                double x = artist.between(0, artist.width);
                double y = artist.between(0, artist.height);
                Color spot =
                        Colours.hsb(hue + artist.between(-40, 40), artist.between(0.3, 0.7), artist.between(0.2, 1));
                artist.fill(
                        new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius),
                        Colours.alpha(spot, 0.35));
            }
        });
    }

    private void paintStem(double x, double y) {
        Color green = Colours.hsb(artist.between(85, 130), 0.6, artist.between(0.3, 0.55));
        double foot = x + artist.between(-0.2, 0.2) * artist.width;
        Path2D stem = new Path2D.Double();
        stem.moveTo(x, y);
        stem.quadTo(x, (y + artist.height) / 2, foot, artist.height + 5);
        artist.stroke(stem, artist.between(2, 3.5), green);
        double leafY = artist.between(0.55, 0.9) * (artist.height - y) + y;
        double leafX = x + (foot - x) * (leafY - y) / (artist.height - y) * 0.7;
        paintLeaf(leafX, leafY, artist.between(-60, -20));
        paintLeaf(leafX, leafY + 4, artist.between(200, 240));
    }

    private void paintLeaf(double x, double y, double degrees) {
        Color green = Colours.hsb(artist.between(80, 135), 0.6, artist.between(0.25, 0.6));
        artist.at(x, y, artist.between(16, 34), degrees, () -> {
            Path2D leaf = new Path2D.Double();
            leaf.moveTo(0, 0);
            leaf.curveTo(0.3, -0.35, 0.7, -0.25, 1, 0);
            leaf.curveTo(0.7, 0.25, 0.3, 0.3, 0, 0);
            artist.fill(leaf, Colours.vertical(-0.3, Colours.lighter(green, 0.15), 0.3, Colours.darker(green, 0.3)));
            artist.stroke(new Line2D.Double(0, 0, 0.95, 0), 0.025, Colours.lighter(green, 0.35));
        });
    }

    private void paintHead(int petals, Color petal, Color heart) {
        double squash = artist.between(0.65, 1);
        double width = artist.between(0.8, 1.25) * Math.PI / petals;
        boolean notched = artist.chance(0.3);
        int rings = petals > 8 || artist.chance(0.4) ? 2 : 1;
        artist.g.scale(1, squash);
        for (int ring = 0; ring < rings; ring++) {
            for (int i = 0; i < petals; i++) {
                double degrees = 360.0 * (i + 0.5 * ring) / petals + artist.between(-4, 4);
                double length = (1 - 0.18 * ring) * artist.between(0.9, 1.05);
                Color colour = Colours.mix(petal, Color.BLACK, artist.between(0, 0.18) + 0.12 * (rings - 1 - ring));
                artist.at(0, 0, length, degrees, () -> paintPetal(width, notched, colour));
            }
        }
        paintHeart(petals > 8 ? artist.between(0.24, 0.42) : artist.between(0.14, 0.26), heart);
    }

    private void paintPetal(double width, boolean notched, Color colour) {
        double half = Math.min(0.42, width);
        Path2D petal = new Path2D.Double();
        petal.moveTo(0.05, 0);
        petal.curveTo(0.3, -half, 0.75, -1.3 * half, 0.97, -0.3 * half);
        petal.lineTo(notched ? 0.88 : 1, 0);
        petal.lineTo(0.97, 0.3 * half);
        petal.curveTo(0.75, 1.3 * half, 0.3, half, 0.05, 0);
        artist.fill(petal, Colours.radial(0, 0, 1, Colours.darker(colour, 0.45), Colours.lighter(colour, 0.12)));
        artist.inside(petal, () -> {
            for (int vein = -3; vein <= 3; vein++) {
                artist.stroke(
                        new Line2D.Double(0.1, 0.05 * vein * half, 0.95, 0.35 * vein * half),
                        0.012,
                        Colours.alpha(Colours.darker(colour, 0.5), 0.3));
            }
        });
        artist.stroke(petal, 0.01, Colours.alpha(Colours.darker(colour, 0.6), 0.6));
    }

    /** Seeds on a spiral of the golden angle. */
    private void paintHeart(double radius, Color colour) {
        Ellipse2D disc = new Ellipse2D.Double(-radius, -radius, 2 * radius, 2 * radius);
        artist.fill(
                disc, Colours.radial(-0.3 * radius, -0.3 * radius, 1.5 * radius, colour, Colours.darker(colour, 0.6)));
        int seeds = 130;
        for (int seed = 0; seed < seeds; seed++) {
            double distance = radius * Math.sqrt(seed / (double) seeds);
            double angle = seed * Math.PI * (3 - Math.sqrt(5));
            double size = 0.07 * radius;
            artist.fill(
                    new Ellipse2D.Double(
                            distance * Math.cos(angle) - size, distance * Math.sin(angle) - size, 2 * size, 2 * size),
                    seed % 2 == 0 ? Colours.lighter(colour, 0.35) : Colours.darker(colour, 0.4));
        }
    }
}

/** A house with a gable, seen from a corner. */
final class House {
    private final Artist artist;
    private final Landscape land;

    House(Artist artist) {
        this.artist = artist;
        this.land = new Landscape(artist);
    }

    void paint() {
        double horizon = artist.between(0.5, 0.7) * artist.height;
        boolean snow = artist.chance(0.25);
        land.paintSky(horizon);
        if (artist.chance(0.6)) {
            land.paintHills(horizon, artist.count(1, 2));
        }
        for (int i = artist.count(0, 3); i > 0; i--) {
            land.paintTree(artist.between(0, artist.width), horizon + 3, artist.between(25, 60));
        }
        if (snow) {
            land.paintSnow(horizon);
        } else {
            land.paintMeadow(horizon);
        }
        double size = artist.between(0.5, 0.82) * Math.min(artist.width, 1.1 * artist.height);
        double x = artist.between(0.42, 0.58) * artist.width;
        double foot = Math.min(0.95 * artist.height, horizon + artist.between(0.08, 0.28) * artist.height);
        boolean mirrored = artist.chance(0.5);
        artist.blurred(
                1.2,
                () -> artist.at(
                        x,
                        foot,
                        size,
                        0,
                        () -> artist.fill(new Ellipse2D.Double(-0.6, -0.05, 1.2, 0.12), new Color(0, 0, 0, 60))));
        artist.at(x, foot, size, artist.between(-2, 2), () -> {
            if (mirrored) {
                artist.g.scale(-1, 1);
            }
            paintHouse(snow);
        });
        if (artist.chance(0.3)) {
            paintFence(foot + 5);
        }
        if (artist.chance(0.35)) {
            land.paintTree(artist.pick(0.06, 0.94) * artist.width, foot + 4, artist.between(40, 80));
        }
    }

    /** The gable wall from -0.5 to 0.05, the long wall from there to 0.5; the foot is at 0. */
    private void paintHouse(boolean snow) {
        double eaves = -artist.between(0.32, 0.5);
        double ridge = eaves - artist.between(0.2, 0.34);
        double corner = artist.between(-0.1, 0.12);
        double middle = (corner - 0.5) / 2;
        Color wall = land.shade(artist.pick(
                Colours.hsb(40, 0.2, 0.95),
                Colours.hsb(8, 0.6, 0.65),
                Colours.hsb(30, 0.5, 0.55),
                Colours.hsb(200, 0.3, 0.8),
                Colours.hsb(50, 0.5, 0.9),
                Colours.hsb(0, 0, 0.92),
                Colours.hsb(140, 0.2, 0.7)));
        Color roof = land.shade(artist.pick(
                Colours.hsb(10, 0.7, 0.6),
                Colours.hsb(20, 0.6, 0.4),
                Colours.hsb(215, 0.2, 0.35),
                Colours.hsb(0, 0, 0.3)));

        Path2D gable = polygon(-0.5, 0, -0.5, eaves, middle, ridge, corner, eaves, corner, 0);
        Path2D side = polygon(corner, 0, corner, eaves, 0.5, eaves + 0.03, 0.5, -0.04);
        Color shadow = Colours.darker(wall, 0.28);
        artist.fill(gable, wall);
        artist.fill(side, shadow);
        paintWall(gable, wall);
        paintWall(side, shadow);

        paintChimney(middle + 0.3, ridge);
        Path2D slope = polygon(
                middle - 0.01, ridge - 0.03, middle + 0.52, ridge, 0.57, eaves + 0.07, corner - 0.01, eaves + 0.05);
        artist.fill(slope, roof);
        paintTiles(slope, roof, ridge, eaves);
        if (snow) {
            artist.fill(slope, new Color(250, 252, 255, 215));
        }
        artist.stroke(
                polyline(-0.57, eaves + 0.06, middle, ridge - 0.03, corner, eaves + 0.04),
                0.04,
                Colours.darker(roof, 0.3));

        double doorX = -0.46 + artist.between(0, 0.1);
        paintDoor(doorX, artist.between(0.24, 0.28));
        paintWindow(corner - 0.2, eaves + 0.06, 0.14, 0.15);
        paintWindow(middle - 0.06, ridge + 0.12, 0.11, 0.12);
        int windows = artist.count(1, 3);
        double free = 0.5 - corner;
        for (int i = 0; i < windows; i++) {
            paintWindow(corner + free * (i + 0.5) / windows - 0.05, eaves + 0.12, 0.1, 0.14);
        }
    }

    private void paintWall(Shape wall, Color colour) {
        artist.mottle(wall, 0.2, 0.15, 0.15);
        int kind = artist.count(0, 2);
        Color joint = Colours.alpha(Colours.darker(colour, 0.5), 0.4);
        artist.inside(wall, () -> {
            double course = kind == 0 ? 0.03 : 0.045;
            for (double y = 0; y > -0.9 && kind < 2; y -= course) {
                artist.stroke(new Line2D.Double(-0.6, y, 0.6, y), 0.005, joint);
                double offset = Math.round(y / course) % 2 == 0 ? 0 : 0.035;
                for (double x = -0.6 + offset; x < 0.6 && kind == 0; x += 0.07) {
                    artist.stroke(new Line2D.Double(x, y, x, y - course), 0.005, joint);
                }
            }
        });
    }

    private void paintTiles(Shape slope, Color colour, double ridge, double eaves) {
        artist.inside(slope, () -> {
            double row = (eaves - ridge) / 11;
            for (double y = ridge - 0.05; y < eaves + 0.1; y += row) {
                artist.stroke(new Line2D.Double(-0.6, y, 0.7, y), 0.008, Colours.darker(colour, 0.45));
                for (double x = -0.6; x < 0.7; x += 0.05) {
                    double start = x + artist.between(0, 0.02);
                    artist.stroke(
                            new Line2D.Double(start, y, start + 0.012, y + row), 0.005, Colours.darker(colour, 0.35));
                }
            }
        });
        artist.mottle(slope, 0.12, 0.06, 0.3);
    }

    private void paintChimney(double x, double ridge) {
        Color brick = land.shade(Colours.hsb(12, 0.6, 0.5));
        Rectangle2D chimney = new Rectangle2D.Double(x, ridge - 0.14, 0.09, 0.25);
        artist.fill(chimney, brick);
        artist.fill(new Rectangle2D.Double(x - 0.012, ridge - 0.155, 0.114, 0.03), Colours.darker(brick, 0.4));
        if (artist.chance(0.35)) {
            for (int puff = 0; puff < 8; puff++) {
                double radius = 0.03 + 0.015 * puff;
                artist.fill(
                        new Ellipse2D.Double(x + 0.04 * puff, ridge - 0.2 - 0.06 * puff, 2 * radius, 1.6 * radius),
                        new Color(235, 235, 240, 70 - 7 * puff));
            }
        }
    }

    private void paintDoor(double x, double height) {
        Color door =
                land.shade(Colours.hsb(artist.between(0, 360), artist.between(0.3, 0.8), artist.between(0.3, 0.6)));
        artist.fill(
                new Rectangle2D.Double(x - 0.015, -height - 0.015, 0.15, height + 0.015), Colours.lighter(door, 0.7));
        artist.fill(new Rectangle2D.Double(x, -height, 0.12, height), door);
        artist.stroke(
                new Rectangle2D.Double(x + 0.025, -height + 0.03, 0.07, 0.3 * height),
                0.008,
                Colours.darker(door, 0.5));
        artist.stroke(
                new Rectangle2D.Double(x + 0.025, -0.5 * height, 0.07, 0.4 * height), 0.008, Colours.darker(door, 0.5));
        artist.fill(new Ellipse2D.Double(x + 0.098, -0.5 * height, 0.014, 0.014), Colours.hsb(48, 0.7, 0.9));
    }

    private void paintWindow(double x, double y, double width, double height) {
        Rectangle2D pane = new Rectangle2D.Double(x, y, width, height);
        boolean lit = land.sky().daylight() < 0.75 && artist.chance(0.7);
        Color upper = lit ? Colours.hsb(45, 0.5, 1) : Colours.mix(land.sky().zenith(), Color.BLACK, 0.35);
        Color lower = lit ? Colours.hsb(35, 0.7, 0.9) : Colours.mix(land.sky().horizon(), Color.BLACK, 0.55);
        artist.fill(pane, Colours.vertical(y, upper, y + height, lower));
        Color frame = land.shade(Color.WHITE);
        artist.stroke(pane, 0.018, frame);
        artist.stroke(new Line2D.Double(x + width / 2, y, x + width / 2, y + height), 0.012, frame);
        artist.stroke(new Line2D.Double(x, y + height / 2, x + width, y + height / 2), 0.012, frame);
    }

    private void paintFence(double foot) {
        Color wood = land.shade(artist.pick(Color.WHITE, Colours.hsb(28, 0.5, 0.5)));
        for (double x = 2; x < artist.width; x += 7) {
            artist.fill(polygon(x, foot, x, foot - 10, x + 1.6, foot - 12, x + 3.2, foot - 10, x + 3.2, foot), wood);
        }
        artist.stroke(new Line2D.Double(0, foot - 8, artist.width, foot - 8), 1.2, wood);
        artist.stroke(new Line2D.Double(0, foot - 3, artist.width, foot - 3), 1.2, wood);
    }

    private static Path2D polygon(double... xy) {
        Path2D path = polyline(xy);
        path.closePath();
        return path;
    }

    private static Path2D polyline(double... xy) {
        Path2D path = new Path2D.Double();
        path.moveTo(xy[0], xy[1]);
        for (int i = 2; i < xy.length; i += 2) {
            path.lineTo(xy[i], xy[i + 1]);
        }
        return path;
    }
}

/** A boat under sail. */
final class Sailboat {
    private final Artist artist;
    private final Landscape land;

    Sailboat(Artist artist) {
        this.artist = artist;
        this.land = new Landscape(artist);
    }

    void paint() {
        double horizon = artist.between(0.45, 0.72) * artist.height;
        land.paintSky(horizon);
        if (artist.chance(0.5)) {
            land.paintHills(horizon, artist.count(1, 2));
        }
        land.paintWater(horizon);
        double size = artist.between(0.26, 0.44) * Math.min(artist.height, 1.15 * artist.width);
        double x = artist.between(0.35, 0.65) * artist.width;
        double y = horizon + artist.between(0.02, 0.2) * artist.height;
        double tilt = artist.between(-14, 14);
        double side = artist.pick(-1.0, 1.0);
        Color hull = land.shade(artist.pick(
                Color.WHITE,
                Colours.hsb(215, 0.8, 0.4),
                Colours.hsb(0, 0.8, 0.65),
                Colours.hsb(25, 0.65, 0.45),
                Colours.hsb(170, 0.6, 0.45)));
        Color sail = land.shade(
                artist.chance(0.65)
                        ? Colours.hsb(artist.between(30, 60), 0.06, 1)
                        : Colours.hsb(artist.pick(0.0, 15.0, 35.0, 210.0), artist.between(0.5, 0.8), 0.85));
        long look = artist.random.nextLong();
        artist.blurred(0.8, () -> {
            artist.g.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, 0.4f));
            artist.at(x, y + 0.12 * size, size, -tilt, () -> {
                artist.g.scale(side, -0.75);
                paintBoat(hull, sail, new Random(look));
            });
        });
        artist.at(x, y, size, tilt, () -> {
            artist.g.scale(side, 1);
            paintBoat(hull, sail, new Random(look));
        });
        paintWake(x, y, size);
    }

    /** Bow to the left; the mast's top is at -1.45, the keel at 0.15. */
    private void paintBoat(Color hull, Color sail, Random look) {
        double boom = 0.6 + 0.25 * look.nextDouble();
        double top = -1.2 - 0.25 * look.nextDouble();
        Path2D main = new Path2D.Double();
        main.moveTo(0.0, top + 0.05);
        main.quadTo(0.32 + 0.2 * look.nextDouble(), -0.55, boom, -0.22);
        main.quadTo(0.3, -0.17, 0.0, -0.22);
        main.closePath();
        paintSail(main, sail, look);
        Path2D jib = new Path2D.Double();
        jib.moveTo(-0.04, top + 0.1);
        jib.quadTo(-0.25, -0.5, -0.78, -0.12);
        jib.quadTo(-0.35, -0.14, -0.08, -0.24);
        jib.quadTo(-0.16, -0.6, -0.04, top + 0.1);
        jib.closePath();
        paintSail(jib, look.nextDouble() < 0.3 ? Colours.hsb(360 * look.nextDouble(), 0.7, 0.85) : sail, look);

        artist.stroke(new Line2D.Double(0, -0.1, -0.01, top), 0.028, new Color(90, 70, 50));
        artist.stroke(new Line2D.Double(0, -0.21, boom, -0.21), 0.022, new Color(90, 70, 50));
        artist.stroke(new Line2D.Double(0, top, -0.85, -0.1), 0.006, new Color(40, 40, 40, 160));
        artist.stroke(new Line2D.Double(0, top, 0.8, -0.1), 0.006, new Color(40, 40, 40, 160));
        Path2D pennant = new Path2D.Double();
        pennant.moveTo(-0.01, top);
        pennant.lineTo(0.17, top + 0.04);
        pennant.lineTo(-0.01, top + 0.09);
        pennant.closePath();
        artist.fill(pennant, Colours.hsb(360 * look.nextDouble(), 0.85, 0.8));

        Path2D body = new Path2D.Double();
        body.moveTo(-0.95, -0.13);
        body.quadTo(-0.75, 0.14, -0.4, 0.15);
        body.lineTo(0.6, 0.15);
        body.quadTo(0.8, 0.1, 0.85, -0.1);
        body.quadTo(0, -0.04, -0.95, -0.13);
        body.closePath();
        Path2D cabin = new Path2D.Double();
        cabin.moveTo(-0.28, -0.05);
        cabin.lineTo(-0.2, -0.17);
        cabin.lineTo(0.35, -0.17);
        cabin.lineTo(0.42, -0.05);
        cabin.closePath();
        artist.fill(cabin, Colours.lighter(hull, 0.55));
        for (double x = -0.12; x < 0.35; x += 0.14) {
            artist.fill(new Ellipse2D.Double(x, -0.14, 0.07, 0.05), new Color(30, 40, 60));
        }
        artist.fill(body, Colours.vertical(-0.12, Colours.lighter(hull, 0.15), 0.15, Colours.darker(hull, 0.5)));
        Area stripe = new Area(body);
        stripe.intersect(new Area(new Rectangle2D.Double(-1, 0.07, 2, 0.1)));
        artist.fill(stripe, Colours.alpha(Colours.hsb(360 * look.nextDouble(), 0.7, 0.4), 0.8));
        artist.stroke(body, 0.012, Colours.alpha(Color.BLACK, 0.4));
    }

    private void paintSail(Path2D shape, Color colour, Random look) {
        artist.fill(
                shape,
                new GradientPaint(-0.4f, 0, Colours.lighter(colour, 0.2), 0.7f, -0.4f, Colours.darker(colour, 0.25)));
        boolean striped = look.nextDouble() < 0.25;
        Color seam =
                striped ? Colours.alpha(Colours.hsb(360 * look.nextDouble(), 0.7, 0.7), 0.8) : new Color(0, 0, 0, 45);
        artist.inside(shape, () -> {
            for (double y = -1.4; y < 0; y += 0.17) {
                artist.stroke(new Line2D.Double(-1, y - 0.08, 1, y + 0.08), striped ? 0.07 : 0.009, seam);
            }
        });
        artist.stroke(shape, 0.01, new Color(0, 0, 0, 90));
    }

    private void paintWake(double x, double y, double size) {
        for (int i = 0; i < 60; i++) {
            double dx = artist.random.nextGaussian() * 0.55 * size;
            double dy = 0.15 * size + Math.abs(artist.random.nextGaussian()) * 0.05 * size;
            double length = artist.between(0.02, 0.12) * size;
            artist.stroke(
                    new Line2D.Double(x + dx - length, y + dy, x + dx + length, y + dy),
                    artist.between(0.3, 0.9),
                    new Color(255, 255, 255, artist.count(40, 150)));
        }
    }
}
