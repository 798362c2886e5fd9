package org.finetune.data.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.Printable;
import org.finetune.data.BadPhoto;
import org.finetune.data.ListedPhoto;
import org.finetune.data.ListedSource;
import org.finetune.data.Photo;
import org.finetune.data.PhotoFile;
import org.finetune.data.PhotoListing;
import org.finetune.data.PhotoPaths;
import org.finetune.data.PhotoSource;
import org.finetune.data.ScanCounts;
import org.finetune.data.SplitPart;
import org.finetune.data.archive.parquet.ParquetPhotos;
import org.finetune.data.archive.parquet.PhotoRow;

/**
 * Parquet files of photos, as Hugging Face has them. Where all of several files say a part of a split, in their names as in
 * {@code train-00000-of-00002.parquet} or in those of their directories, they are that part.
 *
 * <p>Photos are copied to a temporary file when they are listed, because a row of a Parquet file can only be read with many
 * others.
 */
public final class ParquetSource extends ListedSource {
    private static final String ENDING = ".parquet";

    /** The directory of the files in the repository of a data set. */
    private static final String DATA_DIRECTORY = "data";

    private final Path base;
    private final List<Path> files;
    private final Set<String> unused = new LinkedHashSet<>();
    private final Set<Integer> filesWithoutClasses = new HashSet<>();
    private List<Row> rows;
    private Map<String, Photo> photosById;

    /**
     * A row.
     *
     * @param file number of its file in the list
     * @param number its number in the file
     * @param bad why the photo cannot be used, if it cannot
     */
    private record Row(int file, long number, Photo photo, Optional<String> label, Optional<String> bad) {}

    /**
     * Files that are not read yet.
     *
     * @param place what the user has named
     * @param base what the names of photos start from
     */
    private ParquetSource(Path place, Path base, List<Path> files) {
        super(place);
        this.base = base;
        this.files = List.copyOf(files);
    }

    /** A single file. */
    public static ParquetSource ofFile(Path file) {
        return new ParquetSource(file, file, List.of(file));
    }

    /**
     * The files that a pattern stands for.
     *
     * @param place the pattern
     */
    public static ParquetSource ofFiles(Path place, List<Path> files) {
        Path directory = place.getParent();
        return new ParquetSource(place, directory == null ? Path.of("") : directory, files);
    }

    /**
     * The files of photos directly in a directory, or else in its directories {@code data} and of parts of a split; nothing for
     * a directory without.
     */
    public static Optional<ParquetSource> in(Path directory) {
        List<Path> found = filesIn(directory);
        if (found.isEmpty()) {
            for (Path inside : list(directory, ParquetSource::mayHaveFiles)) {
                found.addAll(filesIn(inside));
            }
        }
        return Optional.of(found)
                .filter(files -> !files.isEmpty() && mayHavePhotos(files.get(0)))
                .map(files -> new ParquetSource(directory, directory, files));
    }

    private static List<Path> filesIn(Path directory) {
        return list(directory, file -> {
            String name = file.getFileName().toString();
            return name.endsWith(ENDING) && !PhotoFile.isHidden(name) && isParquet(file);
        });
    }

    private static boolean mayHaveFiles(Path inside) {
        String name = inside.getFileName().toString();
        return name.equals(DATA_DIRECTORY) || SplitPart.of(name).isPresent();
    }

    /**
     * The paths in a directory that fit a filter, sorted; of millions of photos, no list is kept. Nothing if it cannot be read, which
     * is for those to say who read it in earnest.
     */
    private static List<Path> list(Path directory, DirectoryStream.Filter<Path> filter) {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, filter)) {
            stream.forEach(paths::add);
        } catch (IOException | DirectoryIteratorException e) {
            return new ArrayList<>();
        }
        paths.sort(null);
        return paths;
    }

    /** Other tables lie about among photos too. */
    private static boolean mayHavePhotos(Path file) {
        try {
            return ParquetPhotos.open(file).isPresent();
        } catch (IOException e) {
            return true;
        }
    }

    /** Whether a file is a Parquet file by its content. */
    public static boolean isParquet(Path file) {
        return Files.isRegularFile(file) && ParquetPhotos.isParquet(file);
    }

    @Override
    protected PhotoListing list() {
        List<Optional<SplitPart>> parts = parts();
        List<ListedPhoto> photos = new ArrayList<>();
        Map<Photo, String> bad = new HashMap<>();
        for (Row row : rows()) {
            Optional<SplitPart> part = parts.get(row.file);
            requireClass(row, part);
            photos.add(new ListedPhoto(row.photo, row.label, part));
            row.bad.ifPresent(reason -> bad.put(row.photo, reason));
        }
        return new PhotoListing(photos, bad, new ScanCounts(photos.size(), 0, 0, 0), warnings());
    }

    private List<String> warnings() {
        if (unused.isEmpty()) {
            return List.of();
        }
        return List.of("Not used of '" + place() + "': " + (unused.size() == 1 ? "the column " : "the columns ")
                + String.join(", ", unused) + ".");
    }

    /** Photos for a test may be without, as those of competitions are. */
    private void requireClass(Row row, Optional<SplitPart> part) {
        String problem = null;
        if (row.label.isEmpty() && !part.equals(Optional.of(SplitPart.TEST))) {
            problem = filesWithoutClasses.contains(row.file)
                    ? "the photo has no class, because there is no column such as 'label' with names or numbers; add one."
                    : "the photo has no class; add it, or leave the row out.";
        } else if (row.label.isPresent() && !Printable.isSafe(row.label.get())) {
            problem = "the class has control characters or changes the writing direction; rename the class.";
        }
        if (problem != null) {
            throw new FinetuneException(
                    ExitCode.DATA, "'" + files.get(row.file) + "', row " + row.number + ": " + problem);
        }
    }

    @Override
    public PhotoPaths photos() {
        List<Photo> photos = new ArrayList<>();
        List<BadPhoto> bad = new ArrayList<>();
        for (Row row : rows()) {
            row.bad.ifPresentOrElse(
                    reason -> bad.add(new BadPhoto(row.photo.id(), reason)), () -> photos.add(row.photo));
        }
        return new PhotoPaths(photos, bad, List.of());
    }

    private List<Row> rows() {
        if (rows == null) {
            rows = new ArrayList<>();
            TemporaryFile copy = TemporaryFile.create(place(), length());
            try {
                for (int i = 0; i < files.size(); i++) {
                    read(i, copy);
                }
            } catch (FinetuneException e) {
                rows = null;
                copy.close();
                throw e;
            }
        }
        return rows;
    }

    private long length() {
        return files.stream().mapToLong(file -> file.toFile().length()).sum();
    }

    private void read(int number, TemporaryFile copy) {
        Path file = files.get(number);
        ArchiveFile contents = new ArchiveFile(file, Optional.of(copy.channel()));
        try {
            ParquetPhotos photos = ParquetPhotos.open(file)
                    .orElseThrow(() -> new FinetuneException(
                            ExitCode.DATA,
                            "'" + file + "' has no column of photos; it needs bytes of image files in one, as "
                                    + "Hugging Face's data sets have them."));
            unused.addAll(photos.unusedColumns());
            if (!photos.hasClasses()) {
                filesWithoutClasses.add(number);
            }
            photos.read(row -> rows.add(row(number, row, contents, copy)));
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "Cannot read the Parquet file '" + file + "' (" + FailureReason.of(e)
                            + "); check that it is complete, or make it again.",
                    e);
        }
    }

    private static Row row(int file, PhotoRow row, ArchiveFile contents, TemporaryFile copy) {
        Optional<String> bad = row.photo().isEmpty()
                ? Optional.of("the file has no content for it")
                : row.photo().filter(ByteBuffer::hasRemaining).isEmpty() ? Optional.of("empty file") : Optional.empty();
        EntryContent content;
        if (bad.isPresent()) {
            content = new UnusableContent(0, bad.get());
        } else {
            int length = row.photo().get().remaining();
            content = new StoredContent(contents, copy.add(row.photo().get()), length);
        }
        return new Row(file, row.number(), new ArchivePhoto(contents.path(), name(row), content), row.label(), bad);
    }

    /** The number of a row, and what its photo was called if that says anything. */
    private static String name(PhotoRow row) {
        String number = String.valueOf(row.number());
        return row.name()
                .map(path -> path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1))
                .filter(name -> !name.isEmpty() && name.indexOf('\0') < 0 && !name.equals("..") && !name.equals("."))
                .map(name -> number + "/" + name)
                .orElse(number);
    }

    /** The part of each file, if all say it. */
    private List<Optional<SplitPart>> parts() {
        List<Optional<SplitPart>> parts =
                files.stream().map(ParquetSource::part).toList();
        boolean all = files.size() > 1 && parts.stream().allMatch(Optional::isPresent);
        return all
                ? parts
                : files.stream().map(file -> Optional.<SplitPart>empty()).toList();
    }

    private static Optional<SplitPart> part(Path file) {
        String name = file.getFileName().toString();
        Path directory = file.toAbsolutePath().getParent();
        return SplitPart.of(name.split("[-._]", -1)[0])
                .or(() -> directory.getFileName() == null
                        ? Optional.empty()
                        : SplitPart.of(directory.getFileName().toString()));
    }

    /** The row and what the photo was called there, after the file if there are several. */
    @Override
    public String name(String id) {
        return PhotoSource.relative(base, id);
    }

    @Override
    public Photo photo(String name) {
        if (photosById == null) {
            photosById = new HashMap<>();
            rows().forEach(row -> photosById.put(row.photo.id(), row.photo));
        }
        Path id = base.resolve(name);
        Photo photo = photosById.get(id.toString());
        return photo == null ? new PhotoFile(id) : photo;
    }
}
