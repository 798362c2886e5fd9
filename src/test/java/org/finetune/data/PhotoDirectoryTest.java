package org.finetune.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.split.GroupPattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scanning looks at names and contents only, so the files here hold any bytes. */
class PhotoDirectoryTest {
    @TempDir
    private Path root;

    @Test
    void dividesEachClassByContent() throws IOException {
        add("b", 200);
        add("a", 100);
        Dataset dataset = new PhotoDirectory(root).forTraining(SplitRule.byContent(0.2), (done, total) -> {});
        assertEquals(List.of("a", "b"), dataset.classes());
        assertEquals(300, dataset.train().size() + dataset.validation().size());
        assertEquals(0.2, share(dataset, 0), 0.1);
        assertEquals(0.2, share(dataset, 1), 0.1);
        dataset.train()
                .forEach(image -> assertTrue(Path.of(image.photo().id())
                        .startsWith(root.resolve(dataset.classes().get(image.label())))));
        assertEquals(dataset, new PhotoDirectory(root).forTraining(SplitRule.byContent(0.2), (done, total) -> {}));
        assertEquals(List.of(), dataset.warnings());
        assertEquals(new ScanCounts(300, 0, 0, 0), dataset.counts());
    }

    private static double share(Dataset dataset, int label) {
        double validation = dataset.validation().stream()
                .filter(image -> image.label() == label)
                .count();
        double train =
                dataset.train().stream().filter(image -> image.label() == label).count();
        return validation / (validation + train);
    }

    @Test
    void keepsTheSplitWhenFilesAreAddedAndRenamed() throws IOException {
        add("a", 50);
        add("b", 50);
        Set<String> before = contents(new PhotoDirectory(root)
                .forTraining(SplitRule.byContent(0.2), (done, total) -> {})
                .validation());
        Set<String> trainBefore = contents(new PhotoDirectory(root)
                .forTraining(SplitRule.byContent(0.2), (done, total) -> {})
                .train());
        Files.move(root.resolve("a"), root.resolve("z"));
        write("z/more/x.png", "x");
        add("c", 30);
        Dataset after = new PhotoDirectory(root).forTraining(SplitRule.byContent(0.2), (done, total) -> {});
        assertTrue(contents(after.validation()).containsAll(before));
        assertTrue(contents(after.train()).containsAll(trainBefore));
    }

    @Test
    void neverPutsTheSamePhotoOnBothSides() throws IOException {
        add("a", 40);
        add("b", 40);
        for (int i = 0; i < 40; i += 2) {
            write("a/copy" + i + ".jpg", "a" + i);
            write("b/other" + i + ".jpg", "a" + i);
        }
        Dataset dataset = new PhotoDirectory(root).forTraining(SplitRule.byContent(0.3), (done, total) -> {});
        Set<String> both = contents(dataset.train());
        both.retainAll(contents(dataset.validation()));
        assertEquals(Set.of(), both);
    }

    @ParameterizedTest
    @ValueSource(strings = {"b\nc", "b\u2028c", "b\u202ec"})
    void refusesNamesOfClassesThatAreNotSafeToShow(String name) throws IOException {
        write("a/1.jpg", "1");
        write(name + "/1.jpg", "2");
        FinetuneException e = assertThrows(FinetuneException.class, () -> new PhotoDirectory(root)
                .forTraining(SplitRule.byContent(0.2), (done, total) -> {}));
        assertEquals(ExitCode.DATA, e.exitCode());
        assertTrue(
                e.getMessage().contains("has control characters or changes the writing direction; rename it"),
                e.getMessage());
    }

    @Test
    void tellsLargeFilesApartByBothEnds() throws IOException {
        byte[] large = new byte[300_000];
        Path first = Files.write(root.resolve("1"), large);
        large[0] = 1;
        Path second = Files.write(root.resolve("2"), large);
        large[0] = 0;
        large[large.length - 1] = 1;
        Path third = Files.write(root.resolve("3"), large);
        Path shorter = Files.write(root.resolve("4"), new byte[299_999]);
        Path same = Files.write(root.resolve("5"), new byte[300_000]);
        assertEquals(
                4, Set.of(hash(first), hash(second), hash(third), hash(shorter)).size());
        assertEquals(hash(first), hash(same));
    }

    private static String hash(Path file) throws IOException {
        String fingerprint = new PhotoFile(file).fingerprint();
        assertEquals(Fingerprint.of(Files.readAllBytes(file)), fingerprint, "other than from the whole content");
        return fingerprint;
    }

    @Test
    void usesTrainAndVal() throws IOException {
        for (String validation : List.of("test", "valid", "validation", "Val", "dev_set", "EvalImages", "val2017")) {
            String name = "with-" + validation;
            write(name + "/Train/a/1.jpg", "1");
            write(name + "/Train/b/2.jpg", "2");
            write(name + "/" + validation + "/a/3.jpg", validation);
            PhotoDirectory directory = new PhotoDirectory(root.resolve(name));
            Dataset dataset = directory.forTraining(SplitRule.byContent(0.2), (done, total) -> {});
            assertEquals(List.of("a", "b"), dataset.classes());
            assertEquals(2, dataset.train().size());
            assertEquals(
                    List.of(new LabeledPhoto(new PhotoFile(root.resolve(name).resolve(validation + "/a/3.jpg")), 0)),
                    dataset.validation());
            assertEquals(List.of("Classes without validation photos: b."), dataset.warnings());
            assertEquals(
                    dataset.validation(),
                    directory.forEvaluation(Optional.empty()).validation());
        }
    }

    @Test
    void divisionIsForTrainAloneToo() throws IOException {
        add("train/a", 20);
        add("train/b", 20);
        Dataset dataset = new PhotoDirectory(root).forTraining(SplitRule.byContent(0.2), (done, total) -> {});
        assertEquals(List.of("a", "b"), dataset.classes());
        assertFalse(dataset.validation().isEmpty());
    }

    @Test
    void aClassMayBeCalledTrain() throws IOException {
        add("train", 5);
        add("bus", 5);
        assertEquals(
                List.of("bus", "train"),
                new PhotoDirectory(root)
                        .forTraining(SplitRule.byContent(0.2), (done, total) -> {})
                        .classes());
    }

    @Test
    void saysWhatElseLiesBesideASplit() throws IOException {
        write("train/a/1.jpg", "1");
        write("train/b/2.jpg", "2");
        write("val/a/3.jpg", "3");
        write("val/b/4.jpg", "4");
        write("test/a/5.jpg", "5");
        write("extra/a/6.jpg", "6");
        List<String> warnings = new PhotoDirectory(root)
                .forTraining(SplitRule.byContent(0.2), (done, total) -> {})
                .warnings();
        assertEquals(2, warnings.size());
        assertEquals("Not used, next to '" + root.resolve("train") + "': extra.", warnings.get(0));
        assertTrue(warnings.get(1).startsWith("'" + root.resolve("test") + "' is not used for training"));
    }

    @Test
    void refusesValidationClassesWithoutTraining() throws IOException {
        write("train/a/1.jpg", "1");
        write("train/b/2.jpg", "2");
        write("val/c/3.jpg", "3");
        assertRefused("The class 'c' of");
        Files.delete(root.resolve("val/c/3.jpg"));
        assertRefused("have no usable photos");
    }

    @Test
    void ignoresAndCountsTheRest() throws IOException {
        add("a", 10);
        add("b", 10);
        write("a/.hidden.jpg", "x");
        write("a/.thumbnails/x.jpg", "x");
        write("a/notes.txt", "x");
        write("a/jpg", "x");
        write("b/deep/er/UPPER.JPeG", "x");
        write("b/empty.png", "");
        write(".git/x.jpg", "x");
        write("__MACOSX/x.jpg", "x");
        write("loose.jpg", "x");
        write("README.md", "x");
        Files.createSymbolicLink(root.resolve("a/up"), root);
        Files.createSymbolicLink(root.resolve("round"), root);
        Files.createSymbolicLink(root.resolve("b/gone.jpg"), root.resolve("nowhere"));
        Files.createSymbolicLink(root.resolve("b/linked.jpg"), root.resolve("a/0.jpg"));
        Dataset dataset = assertTimeout(Duration.ofSeconds(20), () -> new PhotoDirectory(root)
                .forTraining(SplitRule.byContent(0.2), (done, total) -> {}));
        assertEquals(List.of("a", "b"), dataset.classes());
        assertEquals(22, dataset.train().size() + dataset.validation().size() - foundThroughLink(dataset));
        assertTrue(dataset.counts().loops() >= 2);
        assertEquals(
                List.of(
                        new BadPhoto(root.resolve("b/empty.png").toString(), "empty file"),
                        new BadPhoto(root.resolve("b/gone.jpg").toString(), "broken link")),
                dataset.bad().stream()
                        .filter(image -> !image.id().startsWith(root.resolve("a/up") + "/"))
                        .toList());
        assertEquals(1, dataset.warnings().size());
        assertTrue(dataset.warnings().get(0).endsWith("are ignored: 1."));
    }

    private long foundThroughLink(Dataset dataset) {
        return Stream.concat(dataset.train().stream(), dataset.validation().stream())
                .filter(image -> image.photo().id().startsWith(root.resolve("a/up") + "/"))
                .count();
    }

    @Test
    void explainsWhatIsWrong() throws IOException {
        Path missing = root.resolve("missing");
        assertRefused(missing, "The directory '" + missing + "' does not exist");
        write("file", "x");
        assertRefused(root.resolve("file"), "is not a directory");
        assertRefused("has no class directories");
        write("x.jpg", "x");
        assertRefused("has photos but no class directories");
        add("a", 3);
        assertRefused("has only one class directory, 'a'");
        Files.createDirectory(root.resolve("b"));
        assertRefused("The class directory 'b' of '" + root + "' has no usable photos");
        write("b/x.txt", "x");
        Files.createDirectory(root.resolve("c"));
        assertRefused("The class directories 'b, c' of '" + root + "' have no usable photos");
    }

    @Test
    void checksTheNumberOfClasses() throws IOException {
        for (int i = 10; i < 40; i++) {
            write("class" + i + "/x.jpg", "x" + i);
        }
        Dataset dataset = new PhotoDirectory(root).forTraining(SplitRule.byContent(0.2), (done, total) -> {});
        dataset.requireClasses(30);
        FinetuneException e = assertThrows(FinetuneException.class, () -> dataset.requireClasses(5));
        assertEquals(ExitCode.DATA, e.exitCode());
        assertTrue(e.getMessage().contains("the data has 30 classes: class10, class11, "));
        assertTrue(e.getMessage().contains("class29 and 10 more;"), e.getMessage());
    }

    @Test
    void evaluatesAWholeFolder() throws IOException {
        add("a", 3);
        Files.createDirectory(root.resolve("b"));
        Dataset dataset = new PhotoDirectory(root).forEvaluation(Optional.empty());
        assertEquals(List.of("a", "b"), dataset.classes());
        assertEquals(3, dataset.validation().size());
        assertEquals(List.of(), dataset.train());
        assertEquals(List.of("Classes without photos: b."), dataset.warnings());
    }

    @Test
    void sortsClassesByCodePoint() throws IOException {
        List<String> names = List.of("B", "a", "\u00e9", "\uff21", "\ud83c\udf3b");
        for (String name : names) {
            write(name + "/x.jpg", name);
        }
        assertEquals(
                names,
                new PhotoDirectory(root)
                        .forTraining(SplitRule.byContent(0.2), (done, total) -> {})
                        .classes());
        List<String> unsorted = List.of("\ud83c\udf3b", "\uff21", "a", "ab", "", "\ud83c\udf3a");
        assertEquals(
                List.of("", "a", "ab", "\uff21", "\ud83c\udf3a", "\ud83c\udf3b"),
                unsorted.stream().sorted(CodePointOrder.INSTANCE).toList());
    }

    private void assertRefused(String message) {
        assertRefused(root, message);
    }

    private static void assertRefused(Path data, String message) {
        FinetuneException e = assertThrows(FinetuneException.class, () -> new PhotoDirectory(data)
                .forTraining(SplitRule.byContent(0.2), (done, total) -> {}));
        assertEquals(ExitCode.DATA, e.exitCode());
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    private void add(String directory, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            write(directory + "/" + i + ".jpg", directory + i);
        }
    }

    private void write(String name, String content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static Set<String> contents(List<LabeledPhoto> images) throws IOException {
        Set<String> contents = new HashSet<>();
        for (LabeledPhoto image : images) {
            contents.add(new String(image.photo().read(), StandardCharsets.UTF_8));
        }
        return contents;
    }

    @Test
    void photosOfAGroupStayOnOneSide() throws IOException {
        for (int patient = 0; patient < 10; patient++) {
            for (int photo = 0; photo < 4; photo++) {
                String name = "p" + patient + "-" + photo + ".jpg";
                Path file = Files.createDirectories(root.resolve(photo % 2 == 0 ? "a" : "b"))
                        .resolve(name);
                Files.writeString(file, name);
            }
        }
        Dataset data = new PhotoDirectory(root).forTraining(grouped("(p\\d+)-"), (done, total) -> {});
        Set<String> train = patients(data.train());
        Set<String> validation = patients(data.validation());
        assertEquals(10, train.size() + validation.size(), "no patient is on both sides");
        assertTrue(validation.size() >= 1 && validation.size() <= 3, validation.toString());
        assertEquals(
                40, new PhotoDirectory(root).forFolds(Optional.empty()).train().size());
    }

    private static SplitRule grouped(String pattern) {
        return new SplitRule(0.2, Optional.of(GroupPattern.of(pattern)));
    }

    private static Set<String> patients(List<LabeledPhoto> photos) {
        return photos.stream()
                .map(photo -> photo.photo().fileName().split("-", -1)[0])
                .collect(Collectors.toSet());
    }

    @Test
    void groupsThatCannotDivideThePhotosAreRefused() throws IOException {
        add("a", 3);
        add("b", 3);
        PhotoDirectory directory = new PhotoDirectory(root);
        String none = assertThrows(
                        FinetuneException.class,
                        () -> directory.forTraining(grouped("patient\\d"), (done, total) -> {}))
                .getMessage();
        assertTrue(none.contains("'patient\\d' matches no photo's path"), none);
        String all = assertThrows(
                        FinetuneException.class, () -> directory.forTraining(grouped("(j)pg$"), (done, total) -> {}))
                .getMessage();
        assertTrue(all.contains("into one group, 'j'"), all);
        List<String> warnings =
                directory.forTraining(grouped("^a"), (done, total) -> {}).warnings();
        assertTrue(warnings.get(0).contains("does not match 3 of 6 photos"), warnings.toString());
        assertTrue(warnings.get(2).contains("none is left for validation: a"), warnings.toString());
    }

    @Test
    void dividedPhotosAreNotFoldedAndGroupsOnBothSidesAreNamed() throws IOException {
        for (String part : List.of("train", "val")) {
            for (String name : List.of("a", "b")) {
                Path file = Files.createDirectories(root.resolve(part).resolve(name))
                        .resolve("p1-" + part + ".jpg");
                Files.writeString(file, part + name);
            }
        }
        Files.writeString(root.resolve("train/a/p2.jpg"), "p2");
        String refused = assertThrows(
                        FinetuneException.class, () -> new PhotoDirectory(root).forFolds(Optional.empty()))
                .getMessage();
        assertTrue(refused.contains("use --data " + root.resolve("train") + " with --folds"), refused);
        List<String> warnings = new PhotoDirectory(root)
                .forTraining(grouped("p\\d"), (done, total) -> {})
                .warnings();
        assertTrue(
                warnings.get(0).contains("1 has photos in training and validation, such as 'p1'"), warnings.toString());
    }
}
