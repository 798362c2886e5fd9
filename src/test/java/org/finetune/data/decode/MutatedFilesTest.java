package org.finetune.data.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.finetune.data.decode.format.ImageDecodeException;
import org.junit.jupiter.api.Test;

/**
 * Files of all formats, damaged at random by the thousand: each is decoded or refused with a reason, and the process lives.
 * {@code -Dfinetune.mutations=N} sets the number, {@code -Dfinetune.mutations.seed=N} other damage.
 */
class MutatedFilesTest {
    private static final int MUTATIONS = Integer.getInteger("finetune.mutations", 3000);
    private static final long SEED = Long.getLong("finetune.mutations.seed", 1);
    private static final int MAX_SEED_BYTES = 200_000;

    @Test
    void everyMutationIsDecodedOrRefused() throws IOException {
        List<byte[]> seeds = seeds();
        assertTrue(seeds.size() >= 3);
        Random random = new Random(SEED);
        ImageDecoder decoder = new ImageDecoder(new Preprocessing(48), 4_000_000);
        int decoded = 0;
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] file = mutate(seeds.get(random.nextInt(seeds.size())), random);
            try {
                assertEquals(48 * 48 * 3, Renderings.bytes(decoder, file, View.PLAIN).length);
                decoded++;
            } catch (ImageDecodeException e) {
                assertTrue(e.getMessage() != null && !e.getMessage().isBlank(), String.valueOf(e));
                refused++;
            }
        }
        assertTrue(decoded > 0 && refused > 0, decoded + " decoded, " + refused + " refused");
    }

    private static List<byte[]> seeds() throws IOException {
        Path shared = Path.of(System.getenv().getOrDefault("FINETUNE_SHARED", "../shared"))
                .resolve("data/odd-images");
        List<byte[]> seeds = new ArrayList<>();
        for (Path directory : List.of(Path.of("data", "sample", "fish"), shared)) {
            if (!Files.isDirectory(directory)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    byte[] bytes = Files.readAllBytes(file);
                    if (bytes.length <= MAX_SEED_BYTES) {
                        seeds.add(bytes);
                    }
                }
            }
        }
        seeds.add(PngBuilder.rgb(20, 15, PngBuilder.noise(20, 15, 1)));
        seeds.add(EncodedImages.heic());
        seeds.add(EncodedImages.avif());
        for (String compression : List.of("LZW", "JPEG", "ZLib", "PackBits")) {
            seeds.add(EncodedImages.tiff(40, 30, compression));
        }
        return seeds;
    }

    private static byte[] mutate(byte[] seed, Random random) {
        byte[] file = seed.clone();
        int changes = 1 + random.nextInt(6);
        for (int i = 0; i < changes && file.length > 4; i++) {
            // Headers, where most decisions are made, are hit as often as all the rest.
            int range = random.nextBoolean() ? Math.min(file.length, 700) : file.length;
            int at = random.nextInt(range);
            switch (random.nextInt(7)) {
                case 0 -> file[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> file[at] = (byte) random.nextInt(256);
                case 2 -> file[at] = (byte) (random.nextBoolean() ? 0xff : 0);
                case 3 -> file = Arrays.copyOf(file, Math.max(4, at));
                case 4 -> file = join(
                        Arrays.copyOf(file, at),
                        Arrays.copyOfRange(file, Math.min(file.length, at + 1 + random.nextInt(64)), file.length));
                case 5 -> {
                    byte[] noise = new byte[1 + random.nextInt(32)];
                    random.nextBytes(noise);
                    file = join(Arrays.copyOf(file, at), noise, Arrays.copyOfRange(file, at, file.length));
                }
                default -> {
                    int from = random.nextInt(file.length);
                    int length = Math.min(1 + random.nextInt(200), Math.min(file.length - from, file.length - at));
                    System.arraycopy(
                            seed,
                            Math.min(from, seed.length - 1),
                            file,
                            at,
                            Math.min(length, seed.length - Math.min(from, seed.length - 1)));
                }
            }
        }
        return file;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
