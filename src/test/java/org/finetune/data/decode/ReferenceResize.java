package org.finetune.data.decode;

/** The resize of the preprocessing contract, one value after the other: obvious and slow. */
final class ReferenceResize {
    private ReferenceResize() {}

    /** Reduces {@code [height, width, 3]} to the means of squares of pixels; beyond the edge the image goes on as it ends. */
    static byte[] reduce(byte[] pixels, int width, int height, int factor) {
        int columns = (width + factor - 1) / factor;
        int rows = (height + factor - 1) / factor;
        byte[] reduced = new byte[rows * columns * 3];
        for (int i = 0; i < reduced.length; i++) {
            int channel = i % 3;
            int left = i / 3 % columns * factor;
            int top = i / 3 / columns * factor;
            int sum = 0;
            for (int y = top; y < top + factor; y++) {
                for (int x = left; x < left + factor; x++) {
                    int pixel = Math.min(y, height - 1) * width + Math.min(x, width - 1);
                    sum += pixels[3 * pixel + channel] & 0xff;
                }
            }
            reduced[i] = (byte) Math.round((double) sum / (factor * factor));
        }
        return reduced;
    }

    /** Stretches {@code [height, width, 3]} to {@code [size, size, 3]}, rounding only at the end. */
    static double[] stretch(byte[] pixels, int width, int height, int size) {
        double[] result = new double[size * size * 3];
        for (int y = 0; y < size; y++) {
            double[] rows = weights(height, size, y);
            for (int x = 0; x < size; x++) {
                double[] columns = weights(width, size, x);
                for (int i = 0; i < height; i++) {
                    for (int j = 0; j < width; j++) {
                        double weight = rows[i] * columns[j];
                        for (int c = 0; weight > 0 && c < 3; c++) {
                            result[(y * size + x) * 3 + c] += weight * (pixels[(i * width + j) * 3 + c] & 0xff);
                        }
                    }
                }
            }
        }
        return result;
    }

    /** Share of each source position in one target position along an axis. */
    private static double[] weights(int from, int to, int position) {
        double[] weights = new double[from];
        double scale = (double) from / to;
        if (from > to) {
            for (int i = 0; i < from; i++) {
                double overlap = Math.min(i + 1, (position + 1) * scale) - Math.max(i, position * scale);
                weights[i] = Math.max(0, overlap) / scale;
            }
        } else {
            double center = Math.max(0, Math.min(from - 1, (position + 0.5) * scale - 0.5));
            int left = (int) center;
            weights[left] += 1 - (center - left);
            weights[Math.min(left + 1, from - 1)] += center - left;
        }
        return weights;
    }
}
