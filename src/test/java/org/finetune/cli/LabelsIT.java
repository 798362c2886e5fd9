package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.SharedMaterial;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check --labels} on flowers of which some are in the wrong class. */
class LabelsIT {
    private static final int OF_EACH_CLASS = 60;
    private static final int WRONG = 15;
    private static final int FIRST = 20;
    private static final int LEAST_FOUND = 9;
    private static final long SEED = 1;

    @TempDir
    private Path directory;

    @Test
    @Tag("slow")
    void mostLabelsThatWereChangedStandFirst() throws Exception {
        Path flowers = SharedMaterial.require("data/flowers").resolve("train");
        Path photos = directory.resolve("photos");
        Set<String> wrong = copyWithWrongLabels(flowers, photos);
        Path page = directory.resolve("labels.html");
        Result result = CliProcess.finetune(
                        "check",
                        photos.toString(),
                        "--labels",
                        "--alpha",
                        "0.35",
                        "--weights",
                        SharedMaterial.imageNetWeights().toString(),
                        "--html",
                        page.toString(),
                        "--format",
                        "json")
                .run();
        assertEquals(0, result.exitCode(), result.err());
        JsonNode labels = new ObjectMapper().readTree(result.out()).path("labels");
        int found = 0;
        for (int i = 0; i < Math.min(FIRST, labels.size()); i++) {
            found += wrong.contains(labels.get(i).path("path").asText()) ? 1 : 0;
        }
        assertTrue(found >= LEAST_FOUND, found + " of " + WRONG + " changed labels are among the first " + FIRST);
        String html = Files.readString(page);
        assertTrue(html.contains("data:image/jpeg;base64,"), "the page has the photos");
        assertTrue(html.contains("Content-Security-Policy"), html.substring(0, 1000));
    }

    /** Copies photos, some of them into the directory of another class, and returns the paths of those. */
    private static Set<String> copyWithWrongLabels(Path flowers, Path photos) throws IOException {
        List<Path> chosen = new ArrayList<>();
        List<String> classes;
        try (Stream<Path> directories = Files.list(flowers)) {
            classes = directories
                    .map(path -> path.getFileName().toString())
                    .sorted()
                    .toList();
        }
        for (String name : classes) {
            Files.createDirectories(photos.resolve(name));
            try (Stream<Path> files = Files.list(flowers.resolve(name))) {
                chosen.addAll(files.sorted().limit(OF_EACH_CLASS).toList());
            }
        }
        Random random = new Random(SEED);
        List<Path> shuffled = new ArrayList<>(chosen);
        Collections.shuffle(shuffled, random);
        Set<Path> moved = new HashSet<>(shuffled.subList(0, WRONG));
        Set<String> wrong = new HashSet<>();
        for (Path photo : chosen) {
            String name = photo.getParent().getFileName().toString();
            if (moved.contains(photo)) {
                int other = random.nextInt(classes.size() - 1);
                name = classes.get(other < classes.indexOf(name) ? other : other + 1);
            }
            Path copy = Files.copy(photo, photos.resolve(name).resolve(photo.getFileName()));
            if (moved.contains(photo)) {
                wrong.add(copy.toString());
            }
        }
        return wrong;
    }
}
