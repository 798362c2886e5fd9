package org.finetune.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.finetune.cli.terminal.Terminal;
import org.finetune.inference.ClassProbability;
import org.junit.jupiter.api.Test;

class PredictionWriterTest {
    private static final List<String> LABELS = List.of("rose", "=tulip", "daisy");
    private static final String PLAIN = "dir/a.jpg";
    private static final Path MAP = Path.of("maps", "a-map.jpg");
    private static final String STRANGE = "-b,\"\u001b[1m\n.jpg";

    @Test
    void picksTheMostProbableClasses() {
        PredictedPhoto prediction =
                PredictedPhoto.of(PLAIN, LABELS, new float[] {0.2f, 0.5f, 0.3f}, 2, Optional.empty());
        assertEquals(
                List.of(new ClassProbability("=tulip", 0.5f), new ClassProbability("daisy", 0.3f)),
                prediction.classes());
        assertEquals(
                3,
                PredictedPhoto.of(PLAIN, LABELS, new float[] {0.2f, 0.5f, 0.3f}, 10, Optional.empty())
                        .classes()
                        .size());
    }

    @Test
    void tableIsAlignedAndCarriesNoControlCharacters() {
        assertEquals(
                """
                dir/a.jpg                =tulip  50.0%  daisy   30.0%
                -b,"\\u001b[1m\\u000a.jpg  rose   100.0%  =tulip   0.0%
                """,
                write(PredictionFormat.TABLE, 2));
    }

    @Test
    void csvQuotesWhatASpreadsheetWouldRun() {
        assertEquals(
                """
                path,class_1,probability_1,class_2,probability_2
                dir/a.jpg,"'=tulip",0.5,daisy,0.3
                "'-b,""\\u001b[1m\\u000a.jpg",rose,1.0,"'=tulip",0.0
                """,
                write(PredictionFormat.CSV, 2));
    }

    @Test
    void csvHasNoMoreColumnsThanClasses() {
        String header = write(PredictionFormat.CSV, 10).lines().findFirst().orElseThrow();
        assertEquals(1 + 2 * LABELS.size(), header.split(",").length);
    }

    @Test
    void mapsAreNamedForScripts() {
        assertEquals(
                """
                path,class_1,probability_1,map
                dir/a.jpg,"'=tulip",0.5,maps/a-map.jpg
                "'-b,""\\u001b[1m\\u000a.jpg",rose,1.0,
                """,
                write(PredictionFormat.CSV, 1, true));
        List<String> lines = write(PredictionFormat.JSONL, 1, true).lines().toList();
        assertTrue(lines.get(0).endsWith("],\"map\":\"maps/a-map.jpg\"}"), lines.get(0));
        assertFalse(lines.get(1).contains("map"), lines.get(1));
    }

    @Test
    void jsonLinesAreExact() throws Exception {
        List<String> lines = write(PredictionFormat.JSONL, 2).lines().toList();
        assertEquals(2, lines.size());
        assertEquals(
                "{\"path\":\"dir/a.jpg\",\"classes\":[{\"class\":\"=tulip\",\"probability\":0.5},"
                        + "{\"class\":\"daisy\",\"probability\":0.3}]}",
                lines.get(0));
        assertEquals(
                0, lines.get(1).codePoints().filter(Character::isISOControl).count());
        JsonNode strange = new ObjectMapper().readTree(lines.get(1));
        assertEquals(STRANGE, strange.get("path").textValue());
    }

    @Test
    void answersAreBesideTheProbabilities() {
        assertEquals(
                """
                dir/a.jpg                unknown  =tulip  50.0%
                -b,"\\u001b[1m\\u000a.jpg  unknown  rose   100.0%  unlike the training photos
                c.jpg                    daisy    daisy   75.0%
                """,
                answers(PredictionFormat.TABLE));
        assertEquals(
                """
                path,answer,doubt,class_1,probability_1
                dir/a.jpg,unknown,probability,"'=tulip",0.5
                "'-b,""\\u001b[1m\\u000a.jpg",unknown,unlike_training,rose,1.0
                c.jpg,daisy,,daisy,0.75
                """,
                answers(PredictionFormat.CSV));
        List<String> lines = answers(PredictionFormat.JSONL).lines().toList();
        assertTrue(
                lines.get(0)
                        .startsWith(
                                "{\"path\":\"dir/a.jpg\",\"answer\":\"unknown\",\"doubt\":\"probability\",\"classes\":["),
                lines.get(0));
        assertTrue(lines.get(2).contains("\"answer\":\"daisy\",\"doubt\":\"\","), lines.get(2));
    }

    /** A photo of too low a probability, one unlike the training photos, and one just at the threshold. */
    private static String answers(PredictionFormat format) {
        StringWriter text = new StringWriter();
        PredictionWriter writer = format.writer(
                new PrintWriter(text),
                Terminal.NONE,
                List.of(PLAIN, STRANGE, "c.jpg"),
                new PredictionFormat.Content(LABELS, 1, false, true));
        writer.write(PredictedPhoto.of(PLAIN, LABELS, new float[] {0.2f, 0.5f, 0.3f}, 1, Optional.empty())
                .answered(0.75, false));
        writer.write(PredictedPhoto.of(STRANGE, LABELS, new float[] {1, 0, 0}, 1, Optional.empty())
                .answered(0.75, true));
        writer.write(PredictedPhoto.of("c.jpg", LABELS, new float[] {0, 0.25f, 0.75f}, 1, Optional.empty())
                .answered(0.75, false));
        return text.toString();
    }

    private static String write(PredictionFormat format, int top) {
        return write(format, top, false);
    }

    private static String write(PredictionFormat format, int top, boolean maps) {
        StringWriter text = new StringWriter();
        PredictionWriter writer = format.writer(
                new PrintWriter(text),
                Terminal.NONE,
                List.of(PLAIN, STRANGE),
                new PredictionFormat.Content(LABELS, top, maps, false));
        writer.write(PredictedPhoto.of(
                PLAIN,
                LABELS,
                new float[] {0.2f, 0.5f, 0.3f},
                top,
                Optional.of(MAP).filter(map -> maps)));
        writer.write(PredictedPhoto.of(STRANGE, LABELS, new float[] {1, 0, 0}, top, Optional.empty()));
        return text.toString();
    }
}
