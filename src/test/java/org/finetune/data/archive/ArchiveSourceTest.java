package org.finetune.data.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.BadPhoto;
import org.finetune.data.Dataset;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.Photo;
import org.finetune.data.PhotoDirectory;
import org.finetune.data.PhotoSource;
import org.finetune.data.SplitRule;
import org.finetune.data.source.PhotoSources;
import org.finetune.testing.Archives;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Listing looks at names and contents only, so the photos here hold any bytes. */
class ArchiveSourceTest {
    @TempDir
    private Path root;

    private static Map<String, byte[]> files(String... names) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String name : names) {
            files.put(name, name.getBytes(StandardCharsets.UTF_8));
        }
        return files;
    }

    private Path archive(String name, String... names) throws IOException {
        return Archives.write(root.resolve(name), files(names));
    }

    private static Dataset train(Path place) {
        return PhotoSources.of(place).forTraining(SplitRule.byContent(0.3), (done, total) -> {});
    }

    /** The photos of a list as {@code name=class}. */
    private static List<String> labeled(PhotoSource source, Dataset data, List<LabeledPhoto> photos) {
        return photos.stream()
                .map(photo ->
                        source.name(photo.photo().id()) + "=" + data.classes().get(photo.label()))
                .toList();
    }

    private static void assertRefused(Path place, String... parts) {
        FinetuneException e = assertThrows(FinetuneException.class, () -> train(place));
        assertEquals(ExitCode.DATA, e.exitCode());
        for (String part : parts) {
            assertTrue(e.getMessage().contains(part), e.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource({"a.zip, ''", "a.tar, ''", "a.tar.gz, ''", "a.zip, flowers/", "a.tgz, ./flowers/"})
    void archiveOfADirectoryIsTheDirectory(String name, String prefix) throws IOException {
        Path directory = Files.createDirectory(root.resolve("photos"));
        for (String file : List.of("b/10.jpg", "b/9.jpg", "a/x/1.jpg", "a/2.png", "a/.hidden.jpg", "a/note.txt")) {
            Files.createDirectories(directory.resolve(file).getParent());
            Files.writeString(directory.resolve(file), file);
        }
        for (int i = 0; i < 20; i++) {
            // Some are larger than what counts of their contents.
            byte[] content = new byte[i * 20_000];
            Arrays.fill(content, (byte) i);
            Files.write(directory.resolve("b/" + i + ".bmp"), content);
        }
        Path archive = Archives.write(root.resolve(name), Archives.filesOf(directory, prefix));
        PhotoSource source = PhotoSources.of(archive);
        PhotoSource expected = new PhotoDirectory(directory);
        Dataset data = source.forTraining(SplitRule.byContent(0.3), (done, total) -> {});
        Dataset same = train(directory);
        String folder = prefix.replace("./", "");
        assertEquals(
                labeled(expected, same, same.train()).stream()
                        .map(photo -> folder + photo)
                        .toList(),
                labeled(source, data, data.train()));
        assertEquals(
                labeled(expected, same, same.validation()).stream()
                        .map(photo -> folder + photo)
                        .toList(),
                labeled(source, data, data.validation()));
        assertEquals(same.counts(), data.counts());
        assertEquals(same.classes(), data.classes());
        assertEquals(1, data.bad().size());
        for (int i = 0; i < data.train().size(); i++) {
            Photo photo = data.train().get(i).photo();
            Photo file = same.train().get(i).photo();
            assertArrayEquals(file.read(), photo.read());
            assertEquals(file.fingerprint(), photo.fingerprint());
            assertEquals(file.length(), photo.length());
            assertEquals(file.fileName(), photo.fileName());
            assertEquals(photo, source.photo(source.name(photo.id())));
        }
    }

    @Test
    void partsAndDirectoriesOfAnArchiveAreUsed() throws IOException {
        Path archive = archive(
                "a.zip", "train/a/1.jpg", "train/b/2.jpg", "val/a/3.jpg", "val/b/4.jpg", "__MACOSX/train/a/._1.jpg");
        Dataset data = train(archive);
        assertEquals(2, data.validation().size());
        Path inside = archive.resolve("val");
        PhotoSource source = PhotoSources.of(inside);
        Dataset part = source.forEvaluation(Optional.empty());
        assertEquals(List.of("a/3.jpg=a", "b/4.jpg=b"), labeled(source, part, part.validation()));
        assertEquals(part.validation().get(0).photo(), source.photo("a/3.jpg"));
        assertRefused(archive.resolve("dev"), "has no directory 'dev'");
    }

    @Test
    void runsInArchivesAreNoPhotos() throws IOException {
        Path archive = archive(
                "a.tar", "a/1.jpg", "b/2.jpg", "b/3.jpg", "a/4.jpg", "runs/x/finetune.log", "runs/x/plots/loss.png");
        Dataset data = train(archive);
        assertEquals(List.of("a", "b"), data.classes());
        assertTrue(data.warnings().get(0).contains(archive + "/runs"), data.warnings()::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../b.jpg", "a/../../b.jpg", "/etc/b.jpg"})
    void pathsThatLeadOutAreRefused(String name) throws IOException {
        assertRefused(archive("a.zip", "a/1.jpg", name), "an entry whose path leads out of it, '" + name + "'");
        assertRefused(archive("a.tar", "a/1.jpg", name), "an entry whose path leads out of it, '" + name + "'");
    }

    @Test
    void directoriesInVeryManyDirectoriesAreRefused() throws IOException {
        assertRefused(archive("a.zip", "a/".repeat(10_000) + "1.jpg"), "has directories that are more than 256 deep");
    }

    @Test
    void overlappingEntriesAreRefused() throws IOException {
        Path archive = archive("a.zip", "a/1.jpg", "b/2.jpg");
        byte[] bytes = Files.readAllBytes(archive);
        int first = find(bytes, "PK\u0001\u0002", 0);
        int second = find(bytes, "PK\u0001\u0002", first + 1);
        // Where the file begins, which is for both now where the first does.
        Arrays.fill(bytes, second + 42, second + 46, (byte) 0);
        Files.write(archive, bytes);
        assertRefused(archive, "has entries that overlap, 'a/1.jpg' and 'b/2.jpg', as zip bombs have");
    }

    private static int find(byte[] bytes, String text, int from) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text, from);
    }

    @Test
    void bombsAreNotDecompressed() throws IOException {
        Path archive = root.resolve("a.tar.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive), 1 << 16)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i <= 257; i++) {
                out.write(zeros);
            }
        }
        assertRefused(archive, "more than 100 times larger when it is decompressed");
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            assertEquals(
                    0, files.filter(file -> file.toString().endsWith(".copy")).count());
        }
    }

    @Test
    void damagedEntriesAreBadPhotos() throws IOException {
        Path archive = archive("a.zip", "a/1.jpg", "a/2.jpg", "b/3.jpg", "b/4.jpg");
        byte[] bytes = Files.readAllBytes(archive);
        int data = find(bytes, "PK\u0003\u0004", 0) + 30 + "a/1.jpg".length();
        bytes[data + 2] ^= 1;
        int second = find(bytes, "PK\u0001\u0002", find(bytes, "PK\u0001\u0002", 0) + 1);
        bytes[second + 8] |= 1;
        int third = find(bytes, "PK\u0001\u0002", second + 1);
        bytes[third + 10] = 12;
        Files.write(archive, bytes);
        List<BadPhoto> bad = new ArrayList<>();
        Dataset photos = PhotoSources.of(archive).forEvaluation(Optional.empty());
        bad.addAll(photos.bad());
        for (LabeledPhoto photo : photos.validation()) {
            try {
                photo.photo().read();
            } catch (IOException e) {
                bad.add(new BadPhoto(photo.photo().id(), e.getMessage()));
            }
        }
        assertEquals(
                List.of(
                        new BadPhoto(archive + "/a/2.jpg", "encrypted; make the archive without a password"),
                        new BadPhoto(
                                archive + "/b/3.jpg",
                                "compressed by a method of zip that is not supported (12); make the archive with "
                                        + "deflate"),
                        new BadPhoto(archive + "/a/1.jpg", "damaged in the archive")),
                bad);
    }

    @Test
    void linksInTarFilesAreThoseToFilesOfTheirs() throws IOException {
        Path archive = root.resolve("a.tar");
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(archive))) {
            for (String name : List.of("a/1.jpg", "b/2.jpg")) {
                TarArchiveEntry entry = new TarArchiveEntry(name);
                entry.setSize(1);
                tar.putArchiveEntry(entry);
                tar.write(name.charAt(0));
                tar.closeArchiveEntry();
            }
            for (byte kind : new byte[] {TarConstants.LF_LINK, TarConstants.LF_SYMLINK, TarConstants.LF_FIFO}) {
                TarArchiveEntry link = new TarArchiveEntry("b/" + kind + ".jpg", kind);
                link.setLinkName("a/1.jpg");
                tar.putArchiveEntry(link);
                tar.closeArchiveEntry();
            }
        }
        Dataset data = PhotoSources.of(archive).forEvaluation(Optional.empty());
        assertEquals(3, data.validation().size());
        assertArrayEquals(
                new byte[] {'a'},
                PhotoSources.of(archive)
                        .photo("b/" + TarConstants.LF_LINK + ".jpg")
                        .read());
        assertEquals(
                List.of(new BadPhoto(
                        archive + "/b/" + TarConstants.LF_SYMLINK + ".jpg",
                        "a symbolic link, which is not followed in archives")),
                data.bad());
    }

    @Test
    void archivesThatCannotBeReadAreNamed() throws IOException {
        Path cut = archive("cut.tar", "a/1.jpg", "b/2.jpg");
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 1500));
        assertRefused(cut, "Cannot read the archive '" + cut + "'", "check that it is complete");
        Path zip = archive("cut.zip", "a/1.jpg", "b/2.jpg");
        Files.write(zip, Arrays.copyOf(Files.readAllBytes(zip), 100));
        assertRefused(zip, "Cannot read the archive '" + zip + "'");
        Path gz = archive("cut.tgz", "a/1.jpg", "b/2.jpg");
        Files.write(gz, Arrays.copyOf(Files.readAllBytes(gz), 60));
        assertRefused(gz, "Cannot read the archive '" + gz + "'");
        Path xz = Files.write(root.resolve("a.tar.xz"), new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0});
        assertRefused(xz, "is compressed with xz, which is not supported; make a zip, tar or tar.gz file");
        Path text = Files.writeString(root.resolve("a.txt"), "text");
        assertRefused(text, "is not a directory; --data needs a directory", "zip or tar archive", ".csv");
    }

    @Test
    void shardsHaveTheirClassesBesideThePhotos() throws IOException {
        Map<String, byte[]> first = files("0001.jpg", "0002.JPG", "0002.txt");
        first.put("0001.cls", "daisy\n".getBytes(StandardCharsets.UTF_8));
        first.put("0002.cls", "3".getBytes(StandardCharsets.UTF_8));
        Archives.write(root.resolve("shard-09.tar"), first);
        Map<String, byte[]> second = files("x/0001.seg.png", "x/0001.png");
        second.put("x/0001.json", "{\"width\": 3, \"label\": 3, \"id\": 7}".getBytes(StandardCharsets.UTF_8));
        Archives.write(root.resolve("shard-10.tar"), second);
        PhotoSource source = PhotoSources.of(root.resolve("shard-{09..10}.tar"));
        Dataset data = source.forEvaluation(Optional.empty());
        assertEquals(
                List.of("shard-09.tar/0002.JPG=3", "shard-10.tar/x/0001.png=3", "shard-09.tar/0001.jpg=daisy"),
                labeled(source, data, data.validation()));
        for (LabeledPhoto photo : data.validation()) {
            assertEquals(photo.photo(), source.photo(source.name(photo.photo().id())));
        }
        PhotoSource single = PhotoSources.of(root.resolve("shard-09.tar"));
        Dataset photos = single.forEvaluation(Optional.empty());
        assertEquals(List.of("0002.JPG=3", "0001.jpg=daisy"), labeled(single, photos, photos.validation()));
        assertEquals(photos.validation().get(0).photo(), single.photo("0002.JPG"));
    }

    @Test
    void shardsWithoutClassesAreRefused() throws IOException {
        Map<String, byte[]> files = files("1.jpg", "2.jpg");
        files.put("1.cls", "a".getBytes(StandardCharsets.UTF_8));
        Path shard = Archives.write(root.resolve("1.tar"), files);
        assertRefused(shard, "The photo '2.jpg' of '" + shard + "' has no class beside it; add a file .cls");
        files.put("2.cls", new byte[5000]);
        assertRefused(Archives.write(shard, files), "has a class in '2.cls' of more than 4096 bytes");
        files.remove("2.cls");
        files.put("2.json", "{".getBytes(StandardCharsets.UTF_8));
        assertRefused(Archives.write(shard, files), "has a damaged '2.json'");
        files.remove("2.json");
        files.put("2.cls", "b".getBytes(StandardCharsets.UTF_8));
        Archives.write(shard, files);
        assertRefused(root.resolve("{1..2}.tar"), "The archive '" + root.resolve("2.tar") + "' does not exist");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "s-{08..11}.tar | s-08.tar s-09.tar s-10.tar s-11.tar",
                "s-{8..10}.tar | s-8.tar s-9.tar s-10.tar",
                "{a,b}{0..1} | a0 a1 b0 b1",
                "s{,x}.tar | s.tar sx.tar",
            })
    void bracesStandForPaths(String pattern, String paths) {
        assertTrue(BracePattern.isOne(Path.of(pattern)));
        assertEquals(Stream.of(paths.split(" ")).map(Path::of).toList(), BracePattern.expand(Path.of(pattern)));
    }
}
