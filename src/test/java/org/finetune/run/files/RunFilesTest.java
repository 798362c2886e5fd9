package org.finetune.run.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.metrics.MetricsCollector;
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
        assertEquals(2, history.count("head"));
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
                "head,one,0.1,1,1,1,1,true | 'one' in the column epoch is no whole number",
                "head,1,0.1,1,1,,1,true | '' in the column val_loss is no number",
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

    @Test
    void metricsAreReadAsTheyWereWritten() throws IOException {
        ClassificationMetrics head = metrics(0);
        ClassificationMetrics fineTuned = metrics(1);
        RunMetrics.of("fine-tune", head, fineTuned, fineTuned, 1.25, 0.75, 20, 3)
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
