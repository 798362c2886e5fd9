import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Random;

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
