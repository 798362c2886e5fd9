import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Says what is on photos: java -cp JARS Predict.java DIRECTORY PHOTO... The directory is that of this file. Needs
 * org.deeplearning4j:deeplearning4j-nn and org.nd4j:nd4j-native. Photos whose EXIF orientation is not normal have to be turned
 * before.
 */
public final class Predict {
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        ComputationGraph graph =
                ModelSerializer.restoreComputationGraph(directory.resolve("folded.zip").toFile(), false);
        List<String> labels = Files.readAllLines(directory.resolve("labels.txt"));
        String preprocessing = Files.readString(directory.resolve("preprocessing.json"));
        int size = Integer.parseInt(preprocessing.replaceAll("(?s).*\"size\"\\s*:\\s*(\\d+).*", "$1"));
        String resize = preprocessing.replaceAll("(?s).*?\"resize\"\\s*:\\s*\"(\\w+)\".*", "$1");
        for (String photo : List.of(arguments).subList(1, arguments.length)) {
            float[] row = graph.outputSingle(pixels(ImageIO.read(new File(photo)), size, resize))
                    .getRow(0)
                    .toFloatVector();
            int best = 0;
            for (int label = 1; label < row.length; label++) {
                best = row[label] > row[best] ? label : best;
            }
            System.out.printf(Locale.ROOT, "%s  %s  %.1f%%%n", photo, labels.get(best), 100 * row[best]);
        }
    }

    /**
     * A photo stretched to the network's input, its middle square, or the photo in the middle of a black square:
     * [1,size,size,3], RGB, scaled to [-1, 1].
     */
    private static INDArray pixels(BufferedImage photo, int size, String resize) {
        double side = resize.equals("crop")
                ? Math.min(photo.getWidth(), photo.getHeight())
                : Math.max(photo.getWidth(), photo.getHeight());
        boolean stretches = resize.equals("stretch");
        int width = stretches ? size : (int) Math.max(1, Math.round(photo.getWidth() * size / side));
        int height = stretches ? size : (int) Math.max(1, Math.round(photo.getHeight() * size / side));
        BufferedImage stretched = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = stretched.createGraphics();
        Image averaged = photo.getScaledInstance(width, height, Image.SCALE_AREA_AVERAGING);
        graphics.drawImage(averaged, (size - width) / 2, (size - height) / 2, Color.WHITE, null);
        graphics.dispose();
        float[] values = new float[size * size * 3];
        for (int i = 0; i < size * size; i++) {
            int rgb = stretched.getRGB(i % size, i / size);
            values[3 * i] = (rgb >> 16 & 0xff) / 127.5f - 1;
            values[3 * i + 1] = (rgb >> 8 & 0xff) / 127.5f - 1;
            values[3 * i + 2] = (rgb & 0xff) / 127.5f - 1;
        }
        return Nd4j.createFromArray(values).reshape(1, size, size, 3);
    }
}
