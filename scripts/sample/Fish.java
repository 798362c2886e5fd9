import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

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
