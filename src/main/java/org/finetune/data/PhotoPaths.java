package org.finetune.data;

import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/**
 * The photos that a list of files, directories and patterns stands for.
 *
 * @param photos the photos, in the order of the arguments, those of a directory or a pattern sorted
 * @param bad what could not be read in the directories
 * @param warnings what the user should know, one sentence each
 */
public record PhotoPaths(List<Photo> photos, List<BadPhoto> bad, List<String> warnings) {

    private static final String GLOB_CHARACTERS = "*?[{";

    public PhotoPaths {
        photos = List.copyOf(photos);
        bad = List.copyOf(bad);
        warnings = List.copyOf(warnings);
    }

    /**
     * Expands a list of arguments. A file is kept whatever its name, and even where it does not exist: that is found
     * when it is read. A directory stands for all photos in it and below, but those that finetune has written. A pattern
     * such as {@code photos/*.jpg}, with {@code *}, {@code ?}, {@code [abc]}, <code>{a,b}</code> and {@code **} across
     * directories, stands for the photos that match.
     *
     * @param containers the photos of a path that is none of these, such as an archive
     * @throws FinetuneException with {@link ExitCode#DATA} if a directory or pattern stands for no photo, with
     *     {@link ExitCode#USAGE} if an argument is a URL
     */
    public static PhotoPaths expand(List<String> arguments, Function<Path, Optional<PhotoPaths>> containers) {
        List<Photo> photos = new ArrayList<>();
        List<BadPhoto> bad = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        PassedOver passedOver = PassedOver.NOTHING;
        for (String argument : arguments) {
            Path path = toPath(argument);
            boolean exists = Files.exists(path);
            if (!exists) {
                UrlArgument.refuse(argument);
            }
            Optional<PhotoPaths> contained = containers.apply(path);
            boolean directory = Files.isDirectory(path);
            if (contained.isPresent()) {
                photos.addAll(contained.get().photos());
                bad.addAll(contained.get().bad());
                warnings.addAll(contained.get().warnings());
            } else if (directory || isPattern(argument) && !exists) {
                FoundPhotos search = directory ? PhotoSearch.in(path) : match(argument);
                requireAny(argument, search);
                passedOver = passedOver.plus(search.passedOver());
                photos.addAll(search.photos());
                bad.addAll(search.bad());
            } else {
                photos.add(new PhotoFile(path));
            }
        }
        warnings.addAll(passedOver.sentences());
        return new PhotoPaths(photos, bad, warnings);
    }

    /**
     * What was found in a place.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if it has no photos
     */
    static PhotoPaths of(String place, FoundPhotos found) {
        requireAny(place, found);
        return new PhotoPaths(found.photos(), found.bad(), found.passedOver().sentences());
    }

    private static void requireAny(String place, FoundPhotos found) {
        if (found.counts().images() == 0) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "No photos found in '" + place + "'"
                            + (found.passedOver().isEmpty() ? "" : ", only files written by finetune")
                            + "; give a file, directory or pattern that contains photos.");
        }
    }

    private static Path toPath(String argument) {
        try {
            return Path.of(argument);
        } catch (InvalidPathException e) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + argument + "' is not a valid path (" + e.getReason() + "); check its spelling.",
                    e);
        }
    }

    private static boolean isPattern(String argument) {
        return argument.chars().anyMatch(c -> GLOB_CHARACTERS.indexOf(c) >= 0);
    }

    private static FoundPhotos match(String pattern) {
        Path whole = Path.of(pattern);
        Path start = whole.isAbsolute() ? whole.getRoot() : Path.of("");
        int depth = whole.getNameCount();
        for (Path name : whole) {
            if (isPattern(name.toString())) {
                break;
            }
            start = start.resolve(name);
            depth--;
        }
        int searched = pattern.contains("**") ? Integer.MAX_VALUE : depth;
        // As in shells, directories that "**" stands for may be none.
        PathMatcher some = matcher(whole.toString());
        PathMatcher none = matcher(whole.toString().replace("**/", ""));
        return PhotoSearch.in(start, searched, file -> some.matches(file) || none.matches(file));
    }

    private static PathMatcher matcher(String pattern) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        } catch (PatternSyntaxException e) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + pattern + "' is not a valid pattern (" + e.getDescription() + "); correct it.",
                    e);
        }
    }
}
