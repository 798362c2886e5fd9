package org.finetune.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/**
 * Finds the photos that arguments name: a file is taken as it is, a directory stands for the photos in it and below, a
 * pattern for the files that match it, and {@code -} for the paths on standard input, one a line.
 */
final class PhotoArguments {
    private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");

    private final InputStream standardInput;
    private final Predicate<Path> isPhoto;

    /**
     * Finds photos.
     *
     * @param isPhoto which files of a directory are taken
     */
    PhotoArguments(InputStream standardInput, Predicate<Path> isPhoto) {
        this.standardInput = standardInput;
        this.isPhoto = isPhoto;
    }

    /**
     * Returns the photos in the order of the arguments, and sorted within each.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if an argument names nothing
     */
    List<Path> expand(List<String> arguments) {
        List<Path> photos = new ArrayList<>();
        for (String argument : arguments) {
            try {
                photos.addAll(expand(argument));
            } catch (InvalidPathException e) {
                throw error(argument + " is not a path", e);
            } catch (IOException e) {
                throw error("cannot read " + argument + ": " + e.getMessage(), e);
            }
        }
        return photos;
    }

    private List<Path> expand(String argument) throws IOException {
        if (argument.equals("-")) {
            return readPaths();
        }
        Path path = Path.of(argument);
        if (Files.isDirectory(path)) {
            return found(below(path, isPhoto), "there are no photos in " + argument);
        }
        if (Files.exists(path)) {
            return List.of(path);
        }
        if (WILDCARD.matcher(argument).find()) {
            return found(matching(argument), "nothing matches " + argument);
        }
        throw error("there is no file or directory " + argument, null);
    }

    private List<Path> readPaths() throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(standardInput, Charset.defaultCharset()));
        return reader.lines().filter(line -> !line.isEmpty()).map(Path::of).toList();
    }

    /** Files that match a pattern, in which, as in shells, {@code **} stands for any number of directories, or none. */
    private List<Path> matching(String pattern) throws IOException {
        Path fixed = Path.of("");
        for (Path name : Path.of(pattern)) {
            if (WILDCARD.matcher(name.toString()).find()) {
                break;
            }
            fixed = fixed.resolve(name);
        }
        Path start = pattern.startsWith("/") ? Path.of("/").resolve(fixed) : fixed;
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        PathMatcher some = matcher(pattern);
        PathMatcher none = matcher(pattern.replace("**/", ""));
        return below(start, file -> some.matches(file) || none.matches(file));
    }

    private static PathMatcher matcher(String pattern) {
        return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    }

    private static List<Path> below(Path start, Predicate<Path> wanted) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(
                start, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                        return directory.equals(start) || !isHidden(directory)
                                ? FileVisitResult.CONTINUE
                                : FileVisitResult.SKIP_SUBTREE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile() && !isHidden(file) && wanted.test(file)) {
                            files.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                        // A link that leads back up; what it leads to is found without it.
                        if (e instanceof FileSystemLoopException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw e;
                    }
                });
        Collections.sort(files);
        return files;
    }

    private static boolean isHidden(Path path) {
        Path name = path.getFileName();
        return name != null && name.toString().startsWith(".");
    }

    private static List<Path> found(List<Path> files, String otherwise) {
        if (files.isEmpty()) {
            throw error(otherwise, null);
        }
        return files;
    }

    private static FinetuneException error(String message, Throwable cause) {
        return new FinetuneException(ExitCode.DATA, message, cause);
    }
}
