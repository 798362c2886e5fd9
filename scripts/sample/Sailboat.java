import java.awt.AlphaComposite;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Random;

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
