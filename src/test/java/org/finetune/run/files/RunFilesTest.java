package org.finetune.run.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.FeatureDistance;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.metrics.MetricsCollector;
import org.finetune.metrics.SelectiveAccuracy;
import org.finetune.run.files.Predictions.Photo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunFilesTest {
    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("file");
    }

    @Test
    void historyIsReadAsItWasWritten() throws IOException {
        History history = new History(List.of(
                new History.Epoch("head", 1, 0.001, 1.5, 0.25, 1.25, 0.5, true),
                new History.Epoch("head", 2, 0.001, 1.25, 0.5, 1.5, 0.25, false),
                new History.Epoch("fine-tune", 1, 1e-5, Double.NaN, 0.5, 1.0, 0.75, false),
                new History.Epoch("fine-tune", 2, 1e-5, 1.25, 0.5, 1.0, 0.75, false)));
        history.write(file);
        assertEquals(history, History.read(file));
        assertEquals(List.of("head", "fine-tune"), history.phases());
        assertEquals(List.of(2), history.ends());
        assertEquals(1, history.kept("head"));
        assertEquals(4, history.kept("fine-tune"), "the last where none is the best");
        assertEquals(0, history.kept("neither"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "head,1,0.1,1,1,1,1 | a line has 7 values, not 8",
                "head,one,0.1,1,1,1,1,true | 'one' in the column epoch is not a whole number",
                "head,1,0.1,1,1,,1,true | '' in the column val_loss is not a number",
                "head,1,0.1,1,1,1,1,\"true | Missing closing quote for value",
            })
    void damagedHistorySaysWhatIsWrong(String line, String reason) throws IOException {
        new History(List.of()).write(file);
        Files.writeString(file, Files.readString(file) + line + "\n");
        IOException damaged = assertThrows(IOException.class, () -> History.read(file));
        assertEquals(reason, damaged.getMessage());
    }

    @Test
    void historyWithoutAColumnSaysWhich() throws IOException {
        Files.writeString(file, "phase,epoch\nhead,1\n");
        IOException damaged = assertThrows(IOException.class, () -> History.read(file));
        assertEquals("it has no column learning_rate", damaged.getMessage());
    }

    @Test
    void predictionsAreReadAsTheyWereWrittenWhateverTheNamesOfTheClasses() throws IOException {
        List<String> classes = List.of("class", "path", "a, \"b\"");
        Predictions.write(
                file,
                classes,
                List.of(
                        new LabeledPrediction("1.jpg", "aa", 0, new float[] {0.75f, 0.125f, 0.125f}),
                        new LabeledPrediction("x/2, too.jpg", "bb", 2, new float[] {0.125f, 0.75f, 0.125f})));
        List<Photo> photos = Predictions.read(file);
        assertEquals(
                List.of(
                        new Photo("1.jpg", "aa", "class", "class"),
                        new Photo("x/2, too.jpg", "bb", "a, \"b\"", "path")),
                photos);
        assertEquals(List.of(true, false), photos.stream().map(Photo::right).toList());
    }

    /** A column for each class would be 325 MB for 5,000 classes with a photo each. */
    @Test
    void predictionsOfThousandsOfClassesTakeALineOfTheSameLengthAsThoseOfAFew() throws IOException {
        List<String> classes =
                IntStream.range(0, 2000).mapToObj(i -> "class " + i).toList();
        float[] probabilities = new float[classes.size()];
        probabilities[7] = 0.75f;
        probabilities[1999] = 0.125f;
        Predictions.write(file, classes, List.of(new LabeledPrediction("1.jpg", "aa", 1999, probabilities)));
        String header = "path,sha256,class,predicted,label,predicted_label,probability,probability_of_class\n";
        assertEquals(header + "1.jpg,aa,class 1999,class 7,1999,7,0.75,0.125\n", Files.readString(file));
        List<String> names = new ArrayList<>(classes);
        Collections.swap(names, 7, 1999);
        Predictions.rename(file, names);
        Predictions.rename(file, names);
        assertEquals(header + "1.jpg,aa,class 7,class 1999,1999,7,0.75,0.125\n", Files.readString(file));
        assertEquals(List.of(new Photo("1.jpg", "aa", "class 7", "class 1999")), Predictions.read(file));
        IOException damaged = assertThrows(IOException.class, () -> Predictions.rename(file, classes.subList(0, 9)));
        assertEquals("its columns are not those of a run of 9 classes", damaged.getMessage());
        Files.writeString(file, "");
        assertThrows(IOException.class, () -> Predictions.rename(file, names));
    }

    @Test
    void metricsAreReadAsTheyWereWritten() throws IOException {
        ClassificationMetrics head = metrics(0);
        ClassificationMetrics fineTuned = metrics(1);
        RunMetrics.of("fine-tune", head, Optional.of(fineTuned), fineTuned)
                .withTemperature(1.25, 0.75)
                .withPhotos(20, 3)
                .write(file);
        RunMetrics read = RunMetrics.read(file);
        assertEquals(1, read.figure("images"));
        assertEquals(1, read.figure("top1"));
        assertEquals(0, read.figure("head_top1"));
        assertEquals(1, read.figure("fine_tune_gain"));
        assertEquals(1.25, read.figure("temperature"));
        assertEquals(0.75, read.figure("uncalibrated_loss"));
        assertEquals(20, read.figure("train_images"));
        assertEquals(3, read.figure("skipped_images"));
        assertEquals(Double.NaN, read.figure("of_another_version"));
        assertEquals(List.of("a", "b"), read.classes());
        assertEquals(1, read.f1("b"));
        assertEquals(Double.NaN, read.f1("c"));
    }

    @Test
    void metricsHaveTheThresholdsThatAreSupported() throws IOException {
        ClassificationMetrics head = metrics(1);
        List<LabeledPrediction> sure =
                Collections.nCopies(60, new LabeledPrediction("", "", 0, new float[] {0.9f, 0.1f}));
        List<LabeledPrediction> unsure =
                Collections.nCopies(20, new LabeledPrediction("", "", 1, new float[] {0.6f, 0.4f}));
        List<LabeledPrediction> all = new ArrayList<>(sure);
        all.addAll(unsure);
        RunMetrics.of("head", head, Optional.empty(), head)
                .with(SelectiveAccuracy.of(all))
                .write(file);
        JsonNode thresholds = RunMetrics.read(file).document().get("thresholds");
        assertEquals("[{\"accuracy\":0.95,\"threshold\":0.8999,\"answered\":60,\"right\":60}]", thresholds.toString());
    }

    @Test
    void trainingFeaturesAreReadAsTheyWereWritten() throws IOException {
        FeatureDistance distance = distance();
        TrainingFeatures.write(file, distance);
        FeatureDistance read = TrainingFeatures.read(file);
        float[] photo = {0.5f, 2, 1};
        assertEquals(distance.of(photo), read.of(photo));
        assertEquals(distance.limit(), read.limit());
        assertEquals(2, read.classes());
        assertEquals(3, read.channels());
    }

    @Test
    void damagedTrainingFeaturesSayWhatIsWrong() throws IOException {
        TrainingFeatures.write(file, distance());
        byte[] whole = Files.readAllBytes(file);
        for (int place = 0; place < whole.length; place++) {
            byte[] changed = whole.clone();
            changed[place] ^= 4;
            Files.write(file, changed);
            assertEquals(
                    "its checksum is wrong",
                    assertThrows(IOException.class, () -> TrainingFeatures.read(file))
                            .getMessage());
        }
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThrows(IOException.class, () -> TrainingFeatures.read(file), length + " bytes");
        }
    }

    private static FeatureDistance distance() {
        FeatureDistance.Learner learner = new FeatureDistance.Learner(2);
        learner.add(0, new float[] {0, 1, 2});
        learner.add(0, new float[] {1, 1, 4});
        learner.add(1, new float[] {3, 0, 0});
        learner.add(1, new float[] {3, 2, 1});
        return learner.distance().withLimit(new double[] {1, 3, 2});
    }

    /** The figures of a photo of the class b that is taken for a class. */
    private static ClassificationMetrics metrics(int predicted) {
        MetricsCollector collector = new MetricsCollector(List.of("a", "b"));
        collector.add(predicted == 1 ? new float[] {0.25f, 0.75f} : new float[] {0.75f, 0.25f}, 1);
        return collector.metrics();
    }

    @Test
    void imagesAreReadAsTheyWereWritten() {
        ImageList list = new ImageList(List.of(
                new ImageList.Image("training", "a", "a/1.jpg", null),
                new ImageList.Image("validation", "b", "b/\u00e9 \"2\".jpg", "ab")));
        list.write(file);
        assertEquals(list, ImageList.read(file));
    }
}
