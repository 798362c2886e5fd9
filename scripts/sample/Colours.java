import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Paint;
import java.awt.RadialGradientPaint;
import java.awt.geom.Point2D;

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
