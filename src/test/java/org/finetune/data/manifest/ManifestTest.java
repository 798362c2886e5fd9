package org.finetune.data.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.BadPhoto;
import org.finetune.data.Dataset;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.Photo;
import org.finetune.data.PhotoDirectory;
import org.finetune.data.PhotoParts;
import org.finetune.data.PhotoPaths;
import org.finetune.data.SplitPart;
import org.finetune.data.SplitRule;
import org.finetune.data.split.GroupPattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Listing looks at names and contents only, so the photos here hold any bytes. */
class ManifestTest {
    @TempDir
    private Path root;

    private void photos(String... names) throws IOException {
        for (String name : names) {
            Path file = root.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
    }

    private Path manifest(String name, String... lines) throws IOException {
        return Files.writeString(root.resolve(name), String.join("\n", lines) + "\n");
    }

    private static Dataset train(Path manifest) {
        return new Manifest(manifest).forTraining(SplitRule.byContent(0.3), (done, total) -> {});
    }

    /** The photos of both lists as {@code name=class}. */
    private List<String> labeled(Dataset data) {
        return data.all().stream().map(photo -> labeled(data, photo)).sorted().toList();
    }

    private String labeled(Dataset data, LabeledPhoto photo) {
        return root.relativize(Path.of(photo.photo().id())) + "="
                + data.classes().get(photo.label());
    }

    private void assertRefused(Path manifest, String... parts) {
        FinetuneException e = assertThrows(FinetuneException.class, () -> train(manifest));
        assertEquals(ExitCode.DATA, e.exitCode());
        for (String part : parts) {
            assertTrue(e.getMessage().contains(part), e.getMessage());
        }
        assertEquals(1, e.getMessage().lines().count());
    }

    @Test
    void manifestOfADirectoryIsTheDirectory() throws IOException {
        String[] names = Stream.of("a", "b", "c")
                .flatMap(name -> Stream.of(1, 2, 3, 4, 5, 10).map(number -> name + "/" + number + ".jpg"))
                .toArray(String[]::new);
        photos(names);
        List<String> rows = new ArrayList<>(List.of(names));
        Collections.reverse(rows);
        Path manifest = manifest(
                "labels.csv",
                Stream.concat(Stream.of("label,path"), rows.stream().map(name -> name.charAt(0) + "," + name))
                        .toArray(String[]::new));
        Dataset expected = new PhotoDirectory(root).forTraining(SplitRule.byContent(0.3), (done, total) -> {});
        Dataset data = train(manifest);
        assertEquals(expected.classes(), data.classes());
        assertEquals(expected.train(), data.train());
        assertEquals(expected.validation(), data.validation());
        assertTrue(data.divided());
        assertEquals(List.of(), data.warnings());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "a.csv ! file_name,label ! 1.jpg,cat ! 2.jpg,dog",
                "a.csv ! Image Path,Class ! 1.jpg,cat ! 2.jpg,dog",
                "a.csv ! category,FileName ! cat,1.jpg ! dog,2.jpg",
                "a.csv ! id,breed ! 1,cat ! 2,dog",
                "a.csv ! image,id,choice ! 1.jpg,9,cat ! 2.jpg,8,dog",
                "a.csv ! filename, cat, dog ! 1.jpg, 1, 0 ! 2.jpg, 0, 1",
                "a.csv ! image,cat,dog ! 1,1.0,0.0 ! 2,0.0,1.0",
                "a.csv ! file;label ! 1.jpg;cat ! 2.jpg;dog",
                "a.CSV ! file,label ! \"1.jpg\",\"cat\" ! 2.jpg,dog,",
                "a.csv ! file,label ! .\\1.jpg,cat ! 2.jpg,dog",
                "a.jsonl ! {} ! {\"file_name\": \"1.jpg\", \"label\": \"cat\"} ! {\"label\": [\"dog\"], \"file_name\": \"2.jpg\"}",
            })
    void columnsAreKnownByTheirCommonNames(String name, String header, String first, String second) throws IOException {
        photos("1.jpg", "2.jpg");
        Path manifest = name.endsWith("l") ? manifest(name, first, "", second) : manifest(name, header, first, second);
        Dataset data = new Manifest(manifest).forEvaluation(Optional.empty());
        assertEquals(List.of("1.jpg=cat", "2.jpg=dog"), labeled(data));
    }

    @Test
    void tabsAndByteOrderMarksAreRead() throws IOException {
        photos("1.jpg", "2.jpg");
        Path manifest = manifest("a.tsv", "\ufefffile\tlabel", "1.jpg\tcat, black", "2.jpg\tdog");
        assertEquals(
                List.of("1.jpg=cat, black", "2.jpg=dog"),
                labeled(new Manifest(manifest).forEvaluation(Optional.empty())));
        Path json = manifest(
                "a.jsonl", "\ufeff{\"image\": \"1.jpg\", \"label\": 3}", "{\"image\": \"2.jpg\", \"label\": 10}");
        assertEquals(List.of("1.jpg=3", "2.jpg=10"), labeled(new Manifest(json).forEvaluation(Optional.empty())));
    }

    @Test
    void fileWithoutAHeaderIsReadByWhatItsColumnsHold() throws IOException {
        photos("1.jpg", "2.jpg", "3.jpg", "4.jpg");
        Path manifest = manifest(
                "a.csv", "training,1.jpg,cat", "validation,2.jpg,cat", "TRAINING,3.jpg,dog", "validation,4.jpg,dog");
        Dataset data = train(manifest);
        assertEquals(List.of("cat", "dog"), data.classes());
        assertEquals(
                List.of("1.jpg=cat", "3.jpg=dog"),
                data.train().stream().map(photo -> labeled(data, photo)).toList());
    }

    @Test
    void idsWithoutDirectoryAreFoundBelowTheManifest() throws IOException {
        photos("train_images/1.jpg", "train_images/2.png", "test_images/3.jpg");
        Path manifest = manifest("train.csv", "id,label", "1,cat", "2,dog");
        assertEquals(
                List.of("train_images/1.jpg=cat", "train_images/2.png=dog"),
                labeled(new Manifest(manifest).forEvaluation(Optional.empty())));
        photos("test_images/1.jpg");
        assertRefused(manifest, "'" + manifest + "', line 2: ", "test_images/1.jpg", "write the path of the file");
    }

    @Test
    void statedSplitIsUsedAsThatOfDirectories() throws IOException {
        photos("1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg");
        Path manifest = manifest(
                "a.csv",
                "image,label,split",
                "1.jpg,cat,train",
                "2.jpg,dog,train",
                "3.jpg,cat,valid",
                "4.jpg,dog,test",
                "5.jpg,,test");
        Dataset data = train(manifest);
        assertEquals(2, data.train().size());
        assertEquals("3.jpg=cat", labeled(data, data.validation().get(0)));
        assertTrue(data.warnings().contains("Classes without validation photos: dog."), data.warnings()::toString);
        assertTrue(data.warnings().stream().anyMatch(warning -> warning.contains("are not used for training")));
        Manifest source = new Manifest(manifest);
        assertEquals(manifest + " (val)", source.evaluatedPart(Optional.empty()));
        Dataset test = source.forEvaluation(Optional.of(SplitPart.TEST));
        assertEquals(List.of("4.jpg=dog"), labeled(test));
        assertEquals(List.of("Not evaluated, because they have no class: 1 photos."), test.warnings());
        FinetuneException folds =
                assertThrows(FinetuneException.class, () -> new Manifest(manifest).forFolds(Optional.empty()));
        assertTrue(folds.getMessage().contains("already split (train, val, test)"), folds.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "image,label,split ! 1.jpg,cat,train ! 2.jpg,dog,holdout ! line 3 ! the split 'holdout' is none of",
                "image,label ! 1.jpg,cat ! 1.jpg,dog ! line 3 ! the class 'dog' here, but 'cat' on line 2",
                "image,label,split ! 1.jpg,cat,val ! 1.jpg,cat,train ! line 3 ! the split 'train' here, but 'val'",
                "image,label ! 1.jpg,cat ! 2.jpg, ! line 3 ! the photo has no class; add it",
                "image,label ! 1.jpg,cat|dog ! 2.jpg,dog ! line 2 ! several classes (cat|dog)",
                "image,label ! 1.jpg,cat ! 2.jpg,\"['cat']\" ! line 3 ! several classes",
                "image,cat,dog ! 1.jpg,1,0 ! 2.jpg,1,1 ! line 3 ! several classes (cat, dog)",
                "image,cat,dog ! 1.jpg,1,0 ! 2.jpg,0,2 ! line 3 ! the column 'dog' has '2'",
                "image,label ! 1.jpg,cat ! 2.jpg,dog,black ! line 3 ! 3 values, but 2 in the first row",
                "image,label ! 1.jpg,cat ! https://x/2.jpg,dog ! line 3 ! is a URL",
                "image,label ! 1.jpg,cat ! ,dog ! line 3 ! names no photo",
                "image,label ! 1.jpg,cat ! 2.jpg,do\u202eg ! line 3 ! changes the writing direction",
                "image,label ! 1.jpg,cat ! 2.jpg,\"dog ! line 3 ! correct it",
            })
    void wrongRowIsNamedWithItsLine(String header, String first, String second, String line, String problem)
            throws IOException {
        photos("1.jpg", "2.jpg");
        Path manifest = manifest("a.csv", header, first, second);
        assertRefused(manifest, "'" + manifest + "', " + line + ": ", problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "who,label ! a,cat ! has no column of photos among who, label; name one of its columns file_name",
                "image,x,y ! 1.jpg,3,4 ! has no column of classes among image, x, y; name one of its columns label",
                "image,label ! 9.jpg,cat ! None of the 1 photos named in",
            })
    void fileThatCannotBeUsedSaysWhatIsMissing(String header, String row, String problem) throws IOException {
        photos("1.jpg");
        assertRefused(manifest("a.csv", header, row), problem);
    }

    @Test
    void unusableTextsAreNamed() throws IOException {
        assertRefused(manifest("a.csv", "image,label"), "names no photos; it needs a row for each");
        assertRefused(manifest("a.jsonl", "[1, 2]"), "line 1: it is not a JSON object");
        assertRefused(manifest("b.jsonl", "{\"image\": \"1.jpg\"}", "{oops}"), "line 2: ", "has to be a JSON object");
        Path latin = root.resolve("latin.csv");
        Files.write(latin, "image,label\n1.jpg,cat\n2.jpg,caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        assertRefused(latin, "line 3: it is not UTF-8 text");
        Path json = root.resolve("latin.jsonl");
        Files.write(json, "{}\n{\"image\": \"caf\u00e9\"}\n".getBytes(StandardCharsets.ISO_8859_1));
        assertRefused(json, "line 2: it is not UTF-8 text");
    }

    @Test
    void classesMayHaveCommasAndBars() throws IOException {
        photos("1.jpg", "2.jpg");
        Path manifest = manifest("a.csv", "image,label", "1.jpg,\"pepper, bell\"", "2.jpg,\"pepper, hot\"");
        assertEquals(
                List.of("1.jpg=pepper, bell", "2.jpg=pepper, hot"),
                labeled(new Manifest(manifest).forEvaluation(Optional.empty())));
    }

    @Test
    void missingFilesAreBadPhotosWithTheirLine() throws IOException {
        photos("1.jpg", "2.jpg");
        Path manifest = manifest("a.csv", "image,label", "1.jpg,cat", "", "3.jpg,cat", "2.jpg,dog", "2.jpg,dog");
        Dataset data = train(manifest);
        assertEquals(
                List.of(new BadPhoto(root.resolve("3.jpg").toString(), "no such file, named on line 4 of 'a.csv'")),
                data.bad());
        assertEquals(3, data.counts().images());
        assertEquals(
                "'" + manifest + "' names 1 photo more than once; each is used once.",
                data.warnings().get(0));
    }

    @Test
    void columnsThatAreNotUsedAreNamed() throws IOException {
        photos("1.jpg", "2.jpg");
        Path manifest = manifest("a.csv", "image,label,age,sex", "1.jpg,cat,3,f", "2.jpg,dog,4,m");
        assertEquals(
                "Not used of '" + manifest + "': the columns 'age', 'sex'.",
                train(manifest).warnings().get(0));
    }

    @Test
    void namesStayTheSameWhereTheManifestIsMoved() throws IOException {
        photos("x/1.jpg", "x/2.jpg");
        Manifest manifest = new Manifest(manifest("a.csv", "image,label", "x/1.jpg,cat", "x/2.jpg,dog"));
        Photo photo =
                manifest.forEvaluation(Optional.empty()).validation().get(0).photo();
        assertEquals("x/1.jpg", manifest.name(photo.id()));
        assertEquals(photo, manifest.photo("x/1.jpg"));
    }

    @Test
    void groupsAreThoseOfThePaths() throws IOException {
        String[] names = Stream.of("p1", "p2", "p3", "p4")
                .flatMap(patient -> Stream.of("a", "b", "c").map(eye -> patient + "-" + eye + ".jpg"))
                .toArray(String[]::new);
        photos(names);
        Path manifest = manifest(
                "a.csv",
                Stream.concat(Stream.of("image,label"), Stream.of(names).map(name -> name + "," + name.charAt(3)))
                        .toArray(String[]::new));
        SplitRule rule = new SplitRule(0.3, Optional.of(GroupPattern.of("^p\\d")));
        Dataset data = new Manifest(manifest).forTraining(rule, (done, total) -> {});
        List<String> train = data.train().stream()
                .map(photo -> photo.photo().fileName().substring(0, 2))
                .distinct()
                .toList();
        assertTrue(data.validation().size() >= 3);
        assertTrue(data.validation().stream()
                .noneMatch(photo -> train.contains(photo.photo().fileName().substring(0, 2))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"image,label", "image"})
    void photosToPredictNeedNoClass(String header) throws IOException {
        photos("1.jpg", "2.jpg");
        String rest = header.contains(",") ? "," : "";
        Path manifest = manifest("a.csv", header, "2.jpg" + rest, "3.jpg" + rest, "1.jpg" + rest, "2.jpg" + rest);
        PhotoPaths paths = new Manifest(manifest).photos();
        assertEquals(
                List.of("2.jpg", "1.jpg", "2.jpg"),
                paths.photos().stream().map(Photo::fileName).toList());
        assertEquals(1, paths.bad().size());
    }

    /** More than are looked for at a time. */
    @Test
    void photosToPredictComePartByPart() throws IOException {
        photos("1.jpg", "2.jpg");
        String[] rows = new String[10_001];
        rows[0] = "image";
        for (int i = 1; i < rows.length; i++) {
            rows[i] = i % 3 + ".jpg";
        }
        Path manifest = manifest("a.csv", rows);
        PhotoPaths whole = new Manifest(manifest).photos();
        assertEquals(3333, whole.bad().size());
        PhotoParts parts = new Manifest(manifest).parts();
        List<Photo> photos = new ArrayList<>();
        List<BadPhoto> bad = new ArrayList<>();
        while (parts.hasMore()) {
            PhotoPaths part = parts.next(1000);
            assertTrue(part.photos().size() == 1000 || !parts.hasMore());
            photos.addAll(part.photos());
            bad.addAll(part.bad());
        }
        assertEquals(whole.photos(), photos);
        assertEquals(whole.bad(), bad);
    }

    @Test
    void photosThatNoPathLeadsToAreSearchedAfterAllOfTheManifest() throws IOException {
        photos("x/1.jpg", "y/2.jpg");
        String[] rows = new String[5001];
        Arrays.setAll(rows, row -> row == 0 ? "image" : 1 + row % 2 + ".jpg");
        PhotoParts parts = new Manifest(manifest("a.csv", rows)).parts();
        assertEquals(
                List.of("2.jpg", "1.jpg", "2.jpg"),
                parts.next(3).photos().stream().map(Photo::fileName).toList());
        assertEquals(4997, parts.next(5000).photos().size());
        assertFalse(parts.hasMore());
    }

    @Test
    void mistakeInAManifestIsFoundBeforeThePredictionBegins() throws IOException {
        photos("1.jpg");
        Path manifest = manifest("a.csv", "image", "1.jpg", "https://example.org/2.jpg");
        FinetuneException refusal = assertThrows(FinetuneException.class, () -> new Manifest(manifest).parts());
        assertTrue(refusal.getMessage().contains("line 3: 'https://example.org/2.jpg' is a URL"), refusal.getMessage());
    }
}
