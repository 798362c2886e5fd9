package org.finetune.data.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.Printable;
import org.finetune.data.BadPhoto;
import org.finetune.data.FileKind;
import org.finetune.data.LabelKeys;
import org.finetune.data.ListedPhoto;
import org.finetune.data.ListedSource;
import org.finetune.data.Photo;
import org.finetune.data.PhotoFile;
import org.finetune.data.PhotoListing;
import org.finetune.data.PhotoPaths;
import org.finetune.data.PhotoSource;
import org.finetune.data.ScanCounts;

/**
 * Shards of WebDataset: tar files in which {@code 0001.jpg} has its class in {@code 0001.cls}, or in {@code 0001.json} under one
 * of the {@link LabelKeys}. The files of a photo have the same path up to the first dot of the name.
 */
public final class ShardSource extends ListedSource {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String CLASS = "cls";
    private static final String OBJECT = "json";

    /** A class file is a number or a name. */
    private static final int MOST_CLASS_BYTES = 4096;

    private static final int MOST_OBJECT_BYTES = 1 << 20;

    private final List<Path> files;
    private final Map<Path, Archive> shards = new LinkedHashMap<>();

    /** The files of a photo by what their names end in after the first dot. */
    private record Sample(Archive shard, Map<String, String> files) {
        /** The photo; masks and the like have more in their endings, such as {@code seg.png}. */
        private Optional<String> photo() {
            return files.keySet().stream()
                    .filter(ending -> FileKind.hasPhotoEnding("." + ending))
                    .min(Comparator.comparingLong(
                            ending -> ending.chars().filter(c -> c == '.').count()))
                    .map(files::get);
        }
    }

    /**
     * Shards that are not read yet.
     *
     * @param place the pattern that the user has named
     * @param files the shards
     */
    public ShardSource(Path place, List<Path> files) {
        super(place);
        this.files = List.copyOf(files);
    }

    /** A single shard that was read. */
    ShardSource(Path place, Archive shard) {
        this(place, List.of(place));
        shards.put(place, shard);
    }

    /** Whether the first photo of an archive has its class in a file beside it. */
    static boolean isShard(Archive archive) {
        return samples(archive).stream()
                .filter(sample -> sample.photo().isPresent())
                .findFirst()
                .filter(sample -> sample.files().containsKey(CLASS)
                        || sample.files().containsKey(OBJECT)
                                && label(sample, sample.photo().get()).isPresent())
                .isPresent();
    }

    private static List<Sample> samples(Archive shard) {
        Map<String, Sample> samples = new LinkedHashMap<>();
        for (String file : shard.files().keySet()) {
            int name = file.lastIndexOf('/') + 1;
            int dot = file.indexOf('.', name);
            if (dot > name && !PhotoFile.isHidden(file.substring(name))) {
                samples.computeIfAbsent(file.substring(0, dot), key -> new Sample(shard, new LinkedHashMap<>()))
                        .files()
                        .put(file.substring(dot + 1).toLowerCase(Locale.ROOT), file);
            }
        }
        return List.copyOf(samples.values());
    }

    private Archive shard(Path file) {
        return shards.computeIfAbsent(file, Archive::read);
    }

    @Override
    protected PhotoListing list() {
        List<ListedPhoto> photos = new ArrayList<>();
        Map<Photo, String> bad = new HashMap<>();
        for (Path file : files) {
            for (Sample sample : samples(shard(file))) {
                sample.photo().ifPresent(name -> {
                    Photo photo = sample.shard().photo(name);
                    photos.add(new ListedPhoto(photo, Optional.of(requireLabel(sample, name)), Optional.empty()));
                    if (sample.shard().files().get(name) instanceof UnusableContent unusable) {
                        bad.put(photo, unusable.reason());
                    }
                });
            }
        }
        if (photos.isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA, "'" + place() + "' has no photos with classes, as shards of WebDataset have them.");
        }
        return new PhotoListing(photos, bad, new ScanCounts(photos.size(), 0, 0, 0), List.of());
    }

    @Override
    public PhotoPaths photos() {
        List<Photo> photos = new ArrayList<>();
        List<BadPhoto> bad = new ArrayList<>();
        for (Path file : files) {
            for (Sample sample : samples(shard(file))) {
                sample.photo().ifPresent(name -> {
                    Photo photo = sample.shard().photo(name);
                    if (sample.shard().files().get(name) instanceof UnusableContent unusable) {
                        bad.add(new BadPhoto(photo.id(), unusable.reason()));
                    } else {
                        photos.add(photo);
                    }
                });
            }
        }
        if (photos.isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA, "'" + place() + "' has no photos; give shards or an archive with photos.");
        }
        return new PhotoPaths(photos, bad, List.of());
    }

    private static String requireLabel(Sample sample, String photo) {
        String label = label(sample, photo)
                .orElseThrow(() ->
                        refusal(sample, photo, "has no class beside it; add a file .cls, or a label in a file .json"));
        if (!Printable.isSafe(label)) {
            throw refusal(
                    sample,
                    photo,
                    "has a class with control characters or changes of the writing direction; rename it");
        }
        return label;
    }

    private static FinetuneException refusal(Sample sample, String photo, String what) {
        return new FinetuneException(
                ExitCode.DATA, "The photo '" + photo + "' of '" + sample.shard().path() + "' " + what + ".");
    }

    private static Optional<String> label(Sample sample, String photo) {
        String named = sample.files().get(CLASS);
        if (named != null) {
            return Optional.of(text(sample, photo, named, MOST_CLASS_BYTES).strip())
                    .filter(text -> !text.isEmpty());
        }
        String object = sample.files().get(OBJECT);
        if (object == null) {
            return Optional.empty();
        }
        try {
            JsonNode values = JSON.readTree(text(sample, photo, object, MOST_OBJECT_BYTES));
            return LabelKeys.NAMES.stream()
                    .map(values::path)
                    .filter(value -> value.isValueNode() && !value.isNull())
                    .map(value -> value.asText().strip())
                    .filter(text -> !text.isEmpty())
                    .findFirst();
        } catch (JsonProcessingException e) {
            throw refusal(sample, photo, "has a damaged '" + object + "' (" + e.getOriginalMessage() + "); repair it");
        }
    }

    private static String text(Sample sample, String photo, String file, int most) {
        EntryContent content = sample.shard().files().get(file);
        if (content.length() > most) {
            throw refusal(sample, photo, "has a class in '" + file + "' of more than " + most + " bytes; correct it");
        }
        try {
            return new String(content.read(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw refusal(sample, photo, "has an unreadable '" + file + "' (" + e.getMessage() + "); repair it");
        }
    }

    /** The photo's path in the shard, after the name of the shard if there are several. */
    @Override
    public String name(String id) {
        return PhotoSource.relative(base(), id);
    }

    @Override
    public Photo photo(String name) {
        Path path = base().resolve(name);
        return files.stream()
                .filter(path::startsWith)
                .findFirst()
                .map(file -> shard(file).photo(file.relativize(path).toString()))
                .orElseGet(() -> new PhotoFile(path));
    }

    private Path base() {
        if (files.equals(List.of(place()))) {
            return place();
        }
        Path directory = place().getParent();
        return directory == null ? Path.of("") : directory;
    }
}
