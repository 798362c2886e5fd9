package org.finetune.data.decode.process;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * Whether a TurboJPEG library gives, to the last bit, the pixels of another decoder. Small files of all usual kinds are decoded by both
 * at all scales: each way to sample colours, baseline and progressive, and progressive ones that end before their last scan, which
 * versions of libjpeg-turbo smooth differently.
 */
final class TurboJpegCheck {
    // Neither is a multiple of a block's.
    private static final int WIDTH = 75;
    private static final int HEIGHT = 53;
    private static final int CHANNELS = 3;
    private static final int SAMPLINGS = 6;
    private static final int HALVED_BOTH_WAYS = 2;
    private static final int MAX_REDUCTION = 8;

    private static final int MARKER = 0xff;
    private static final int SOS = 0xda;
    private static final int EOI = 0xd9;

    private final TurboJpegLibrary library;
    private final PixelDecoder other;

    TurboJpegCheck(TurboJpegLibrary library, PixelDecoder other) {
        this.library = library;
        this.other = other;
    }

    boolean agree() {
        byte[] image = image();
        for (int sampling = 0; sampling < SAMPLINGS; sampling++) {
            if (!agree(library.compress(image, WIDTH, HEIGHT, sampling, false))
                    || !agree(library.compress(image, WIDTH, HEIGHT, sampling, true))) {
                return false;
            }
        }
        byte[] progressive = library.compress(image, WIDTH, HEIGHT, HALVED_BOTH_WAYS, true);
        for (int end = scan(progressive, scan(progressive, 0) + 2); end > 0; end = scan(progressive, end + 2)) {
            byte[] incomplete = Arrays.copyOf(progressive, end + 2);
            incomplete[end + 1] = (byte) EOI;
            if (!agree(incomplete)) {
                return false;
            }
        }
        return true;
    }

    /** The position of the next scan's marker, or 0 if there is none. */
    private static int scan(byte[] file, int start) {
        for (int i = start; i + 1 < file.length; i++) {
            if (file[i] == (byte) MARKER && file[i + 1] == (byte) SOS) {
                return i;
            }
        }
        return 0;
    }

    private boolean agree(byte[] content) {
        ByteBuffer file = ByteBuffer.allocateDirect(content.length).put(0, content);
        for (int reduction = 1; reduction <= MAX_REDUCTION; reduction *= 2) {
            int width = (WIDTH + reduction - 1) / reduction;
            int height = (HEIGHT + reduction - 1) / reduction;
            ByteBuffer own = ByteBuffer.allocateDirect(CHANNELS * width * height);
            ByteBuffer others = ByteBuffer.allocateDirect(CHANNELS * width * height);
            if (!library.decode(file, reduction, width, height, own)
                    || !other.decode(file, reduction, width, height, others)
                    || !own.equals(others)) {
                return false;
            }
        }
        return true;
    }

    /** Waves with noise, which have coefficients of all frequencies. */
    private static byte[] image() {
        Random random = new Random(1);
        byte[] bgr = new byte[CHANNELS * WIDTH * HEIGHT];
        for (int i = 0; i < bgr.length; i++) {
            int channel = i % CHANNELS;
            int x = i / CHANNELS % WIDTH;
            int y = i / CHANNELS / WIDTH;
            double wave = Math.sin(x / 7.0 + channel) * Math.cos(y / 5.0 - channel);
            bgr[i] = (byte) (96 + 80 * wave + random.nextInt(64));
        }
        return bgr;
    }
}
