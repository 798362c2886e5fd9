import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import javax.imageio.ImageIO;

/** Makes a directory with any number of tiny JPEG photos in ten classes: links to some hundred, or all different. */
final class ManyPhotos {
    private static final int CLASSES = 10;
    private static final int ORIGINALS = 50;
    private static final int SIDE = 64;
    private static final int TILE = 8;

    private ManyPhotos() {}

    /** Takes the directory, the number of photos, and perhaps a third argument if they are to be different. */
    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        boolean different = arguments.length > 2;
        ImageIO.setUseCache(false);
        for (int i = 0; i < count; i++) {
            int kind = i % CLASSES;
            int number = i / CLASSES;
            Path directory = root.resolve("class" + kind);
            if (number == 0) {
                Files.createDirectories(directory);
            }
            Path photo = directory.resolve(name(number));
            if (different || number < ORIGINALS) {
                Files.write(photo, jpeg(kind, new Random(i)));
            } else {
                Files.createLink(photo, directory.resolve(name(number % ORIGINALS)));
            }
        }
    }

    private static String name(int number) {
        return String.format(Locale.ROOT, "photo%07d.jpg", number);
    }

    /** Tiles of random colours, of which one channel tells the class. */
    private static byte[] jpeg(int kind, Random random) throws IOException {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < SIDE; y += TILE) {
            for (int x = 0; x < SIDE; x += TILE) {
                int colour = random.nextInt(256) << 16 | random.nextInt(256) << 8 | 255 * kind / CLASSES;
                for (int i = 0; i < TILE * TILE; i++) {
                    image.setRGB(x + i % TILE, y + i / TILE, colour);
                }
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "jpg", out);
        return out.toByteArray();
    }
}
