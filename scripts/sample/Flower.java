import java.awt.Color;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;

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
