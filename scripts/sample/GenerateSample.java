import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * Paints the sample data set: five classes of small pictures, each with its own colours, place, scale, rotation, light
 * and background. The same JDK gives the same bytes.
 *
 * <p>Its argument is the directory to paint into; {@code scripts/generate-sample} compiles and runs it.
 */
public final class GenerateSample {
    private static final int IMAGES_PER_CLASS = 32;
    private static final float JPEG_QUALITY = 0.86f;
    private static final int[][] SIZES = {{160, 120}, {120, 160}, {144, 144}, {160, 128}, {128, 160}};

    private GenerateSample() {}

    public static void main(String[] args) throws IOException {
        System.setProperty("java.awt.headless", "true");
        if (args.length != 1) {
            System.err.println("Usage: GenerateSample DIRECTORY");
            System.exit(2);
        }
        Map<String, Consumer<Artist>> scenes = new LinkedHashMap<>();
        scenes.put("balloon", artist -> new Balloon(artist).paint());
        scenes.put("fish", artist -> new Fish(artist).paint());
        scenes.put("flower", artist -> new Flower(artist).paint());
        scenes.put("house", artist -> new House(artist).paint());
        scenes.put("sailboat", artist -> new Sailboat(artist).paint());
        for (Map.Entry<String, Consumer<Artist>> scene : scenes.entrySet()) {
            String name = scene.getKey();
            Path directory = Files.createDirectories(Path.of(args[0], name));
            for (int i = 1; i <= IMAGES_PER_CLASS; i++) {
                Random random = new Random(31L * name.hashCode() + i);
                int[] size = SIZES[random.nextInt(SIZES.length)];
                Artist artist = new Artist(size[0], size[1], random);
                scene.getValue().accept(artist);
                Path file = directory.resolve(String.format(Locale.ROOT, "%s-%02d.jpg", name, i));
                Files.write(file, jpeg(new Camera(random).shoot(artist)));
            }
        }
    }

    private static byte[] jpeg(BufferedImage image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(JPEG_QUALITY);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
