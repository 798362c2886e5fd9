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
