import java.awt.Color;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

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
