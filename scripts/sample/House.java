import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

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
