package org.finetune.data.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.Augmentation;
import org.finetune.data.BadPhoto;
import org.finetune.data.Dataset;
import org.finetune.data.ImageBatch;
import org.finetune.data.ImagePipeline;
import org.finetune.data.ImagePipeline.Capacity;
import org.finetune.data.PhotoDirectory;
import org.finetune.data.PhotoFile;
import org.finetune.data.SplitRule;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no images though they are named so, and images that go away. A user who may read everything runs it too. */
@Timeout(120)
class ImageFaultsTest {
    private static final int PER_CLASS = 8;

    @TempDir
    private Path directory;

    private Path photos;

    @BeforeEach
    void createPhotos() throws IOException {
        photos = PhotoFolder.create(directory.resolve("photos"), PER_CLASS, 1);
    }

    private static void makeFifo(Path path) throws Exception {
        assumeTrue(new ProcessBuilder("mkfifo", path.toString()).start().waitFor() == 0, "Skipped: there is no mkfifo");
    }

    private static Map<String, String> reasons(List<BadPhoto> bad) {
        Map<String, String> reasons = new HashMap<>();
        bad.forEach(image -> reasons.put(image.id(), image.reason()));
        return reasons;
    }

    /** Why files cannot be decoded, as training and prediction come to know it. */
    private static Map<Path, String> failures(List<Path> files) throws InterruptedException {
        Map<Path, String> failures = new HashMap<>();
        List<PhotoFile> photos = files.stream().map(PhotoFile::new).toList();
        ImageDecoder decoder = new ImageDecoder(new Preprocessing(32), ImageDecoder.DEFAULT_MAX_PIXELS);
        try (ImagePipeline pipeline =
                new ImagePipeline(decoder, Augmentation.NONE, photos, new Capacity(4, 2, 2), false)) {
            for (Optional<ImageBatch> next = pipeline.next(); next.isPresent(); next = pipeline.next()) {
                ImageBatch batch = next.get();
                batch.failures().forEach(failure -> failures.put(files.get(failure.index()), failure.reason()));
                batch.release();
            }
        }
        return failures;
    }

    @Test
    void theScanPassesOverWhatIsNoFile() throws Exception {
        makeFifo(photos.resolve("discs/fifo.jpg"));
        Files.createSymbolicLink(photos.resolve("discs/dangling.jpg"), directory.resolve("nowhere.jpg"));
        Files.createDirectories(photos.resolve("discs/directory.jpg"));
        Files.createSymbolicLink(photos.resolve("discs/loop"), photos.resolve("discs"));
        Files.createSymbolicLink(photos.resolve("discs/up"), photos);
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(photos.resolve("discs/socket.jpg")));
            Dataset data = new PhotoDirectory(photos).forTraining(SplitRule.byContent(0.2), (done, total) -> {});
            assertEquals(3 * PER_CLASS, data.photos());
            assertEquals(Map.of(photos.resolve("discs/dangling.jpg").toString(), "broken link"), reasons(data.bad()));
            assertEquals(2, data.counts().loops());
            assertEquals(2, data.counts().otherFiles());
        }
    }

    @Test
    void whatCannotBeReadIsNamedAndNeverWaitedFor() throws Exception {
        Path fifo = directory.resolve("fifo.jpg");
        makeFifo(fifo);
        Path folder = Files.createDirectories(directory.resolve("folder.jpg"));
        Path link = Files.createSymbolicLink(directory.resolve("link.jpg"), directory.resolve("nowhere"));
        Path loop = Files.createSymbolicLink(directory.resolve("loop.jpg"), directory.resolve("loop.jpg"));
        Path through = Files.writeString(directory.resolve("file.jpg"), "").resolve("below.jpg");
        Path longName = directory.resolve("x".repeat(300) + ".jpg");
        Map<Path, String> failures =
                failures(List.of(fifo, folder, link, loop, through, longName, directory.resolve("absent.jpg")));
        assertEquals("not a regular file", failures.get(fifo));
        assertEquals("is a directory", failures.get(folder));
        assertEquals("no such file", failures.get(link));
        assertEquals("no such file", failures.get(directory.resolve("absent.jpg")));
        assertEquals(7, failures.size(), failures.toString());
    }

    @Test
    void imagesThatGoAwayOrChangeAfterTheScanAreSkipped() throws Exception {
        Dataset data = new PhotoDirectory(photos).forTraining(SplitRule.byContent(0.2), (done, total) -> {});
        List<Path> files = data.train().stream()
                .map(labeled -> Path.of(labeled.photo().id()))
                .toList();
        Path deleted = files.get(1);
        Path cut = files.get(3);
        Path replaced = files.get(5);
        Path fifo = files.get(7);
        Files.delete(deleted);
        byte[] content = Files.readAllBytes(cut);
        Files.write(cut, Arrays.copyOf(content, content.length / 2));
        Files.writeString(replaced, "no photo");
        Files.delete(fifo);
        makeFifo(fifo);
        assertEquals(
                Map.of(
                        deleted, "no such file",
                        cut, "truncated PNG",
                        replaced, "not an image of a known format",
                        fifo, "not a regular file"),
                failures(files));
    }

    @Test
    void aBadImageInEveryBatchLeavesTheOthersInOrder() throws Exception {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < PER_CLASS; i++) {
            for (String name : PhotoFolder.CLASSES) {
                files.add(photos.resolve(name).resolve("photo" + i + ".png"));
            }
            files.add(Files.writeString(directory.resolve("bad" + i + ".jpg"), "bad " + i));
        }
        List<Integer> seen = new ArrayList<>();
        List<PhotoFile> photos = files.stream().map(PhotoFile::new).toList();
        ImageDecoder decoder = new ImageDecoder(new Preprocessing(32), ImageDecoder.DEFAULT_MAX_PIXELS);
        try (ImagePipeline pipeline =
                new ImagePipeline(decoder, Augmentation.NONE, photos, new Capacity(4, 2, 2), false)) {
            for (Optional<ImageBatch> next = pipeline.next(); next.isPresent(); next = pipeline.next()) {
                ImageBatch batch = next.get();
                assertEquals(1, batch.failures().size());
                batch.images().forEach(image -> seen.add(image.index()));
                batch.release();
            }
        }
        assertEquals(3 * PER_CLASS, seen.size());
        assertEquals(seen.stream().sorted().toList(), seen);
    }

    /** Takes some seconds, nearly all of them for making the files. */
    @Test
    void aHundredThousandEmptyFilesAreOneMessage() throws IOException {
        Path folder = Files.createDirectories(photos.resolve("empty"));
        for (int i = 0; i < 100_000; i++) {
            Files.createFile(folder.resolve(i + ".jpg"));
        }
        FinetuneException refusal = assertThrows(FinetuneException.class, () -> new PhotoDirectory(photos)
                .forTraining(SplitRule.byContent(0.2), (done, total) -> {}));
        assertEquals(ExitCode.DATA, refusal.exitCode());
        assertTrue(refusal.getMessage().contains("'empty'"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("100000 that cannot be used"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("(empty file)"), refusal.getMessage());
        assertTrue(refusal.getMessage().length() < 1000, refusal.getMessage());
    }
}
