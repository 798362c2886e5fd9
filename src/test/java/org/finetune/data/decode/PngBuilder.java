package org.finetune.data.decode;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Writes PNG files of every kind, unfiltered, and broken ones. */
public final class PngBuilder {
    static final int GRAY = 0;
    static final int RGB = 2;
    static final int PALETTE = 3;
    static final int RGB_ALPHA = 6;

    private static final int[] CHANNELS = {1, 0, 3, 1, 2, 0, 4};

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private final int rowBytes;
    private final int height;

    /** Begins a file with its header. */
    PngBuilder(int width, int height, int bitDepth, int colorType) {
        this.height = height;
        this.rowBytes = (width * CHANNELS[colorType] * bitDepth + 7) / 8;
        write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        chunk("IHDR", ints(width, height), new byte[] {(byte) bitDepth, (byte) colorType, 0, 0, 0});
    }

    /** A file with RGB pixels of 8 bits each: {@code [height, width, 3]}. */
    public static byte[] rgb(int width, int height, byte[] pixels) {
        return new PngBuilder(width, height, 8, RGB).pixels(pixels).end();
    }

    /** Random RGB pixels of 8 bits each: {@code [height, width, 3]}. */
    public static byte[] noise(int width, int height, long seed) {
        byte[] pixels = new byte[width * height * 3];
        new Random(seed).nextBytes(pixels);
        return pixels;
    }

    PngBuilder chunk(String type, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(type.getBytes(StandardCharsets.US_ASCII));
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        CRC32 crc = new CRC32();
        crc.update(content.toByteArray());
        write(ints(content.size() - 4));
        write(content.toByteArray());
        write(ints((int) crc.getValue()));
        return this;
    }

    PngBuilder pixels(byte... samples) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(compressed)) {
            for (int row = 0; row < height; row++) {
                deflater.write(0);
                deflater.write(samples, row * rowBytes, rowBytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return chunk("IDAT", compressed.toByteArray());
    }

    byte[] end() {
        chunk("IEND");
        return bytes.toByteArray();
    }

    private void write(byte[] content) {
        try {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] ints(int... values) {
        byte[] result = new byte[4 * values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (byte) (values[i / 4] >> 24 - 8 * (i % 4));
        }
        return result;
    }
}
