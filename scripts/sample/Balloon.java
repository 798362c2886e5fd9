import java.awt.Color;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

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
