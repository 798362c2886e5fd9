package org.finetune.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.CodePointOrder;
import org.finetune.data.FileKind;
import org.finetune.data.PhotoFile;
import org.finetune.data.StorageException;
import org.finetune.data.manifest.ManifestNames;
import org.finetune.hash.Sha256;

/**
 * The photos of a job, as a manifest lists them. They are read as a stream, so that millions take no memory in the driver. A
 * directory is listed once, into a manifest that a later run of the job takes in its place: listing millions of files takes long,
 * and files that have come meanwhile would move all others to other blocks.
 */
final class PhotoList {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What begins with a scheme or a slash is not below the directory of the manifest. */
    private static final Pattern ABSOLUTE = Pattern.compile("^(?:/|[A-Za-z][A-Za-z0-9+.-]*:/).*", Pattern.DOTALL);

    private final Path manifest;
    private final String base;
    private final Configuration configuration;

    /**
     * What is in a list.
     *
     * @param photos number of photos
     * @param sha256 SHA-256 of their ids in order, in hexadecimal
     */
    record Summary(long photos, String sha256) {}

    /** The ids of the photos in order. */
    interface Ids extends Iterator<String>, Closeable {}

    private PhotoList(Path manifest, String base, Configuration configuration) {
        this.manifest = manifest;
        this.base = base;
        this.configuration = configuration;
    }

    /**
     * Finds the photos of a manifest or directory.
     *
     * @param named its path or URI
     * @param listing where the list of a directory is, or is written to if it is not there
     * @throws FinetuneException with {@link ExitCode#DATA} if there is no such thing, or no photo in the directory
     */
    static PhotoList of(String named, Path listing, Configuration configuration) {
        try {
            Path path = new Path(named);
            FileSystem storage = path.getFileSystem(configuration);
            FileStatus status = storage.getFileStatus(path);
            if (status.isFile()) {
                return new PhotoList(path, directory(absolute(path, storage)), configuration);
            }
            if (!listing.getFileSystem(configuration).exists(listing)) {
                write(list(path, storage), listing, configuration);
            }
            return new PhotoList(listing, "/", configuration);
        } catch (FileNotFoundException e) {
            throw new FinetuneException(ExitCode.DATA, "'" + named + "' does not exist; correct --photos.", e);
        } catch (IOException e) {
            throw StorageException.reading(named, e);
        } catch (IllegalArgumentException e) {
            throw new FinetuneException(
                    ExitCode.USAGE, "--photos '" + named + "' cannot be used (" + e.getMessage() + "); correct it.", e);
        }
    }

    /** A path as it was named, if it means the same everywhere; else the absolute one. */
    private static String absolute(Path path, FileSystem storage) {
        String named = path.toString();
        return ABSOLUTE.matcher(named).matches()
                ? named
                : storage.makeQualified(path).toUri().getPath();
    }

    private static String directory(String file) {
        return file.substring(0, file.lastIndexOf('/') + 1);
    }

    private static List<String> list(Path directory, FileSystem storage) throws IOException {
        String root = storage.makeQualified(directory).toUri().getPath();
        String named = absolute(directory, storage);
        List<String> ids = new ArrayList<>();
        RemoteIterator<LocatedFileStatus> files = storage.listFiles(directory, true);
        while (files.hasNext()) {
            String path = files.next().getPath().toUri().getPath();
            String below = path.substring(root.endsWith("/") ? root.length() : root.length() + 1);
            if (isPhoto(below)) {
                ids.add(named + (named.endsWith("/") ? "" : "/") + below);
            }
        }
        if (ids.isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "No photos found in '" + directory
                            + "' by their names; give a directory that contains photos, or a manifest.");
        }
        ids.sort(CodePointOrder.INSTANCE);
        return ids;
    }

    private static boolean isPhoto(String below) {
        for (String name : below.split("/")) {
            if (PhotoFile.isHidden(name)) {
                return false;
            }
        }
        return FileKind.isKnownByName(below.substring(below.lastIndexOf('/') + 1));
    }

    private static void write(List<String> ids, Path listing, Configuration configuration) throws IOException {
        SmallFile.write(listing, configuration, out -> {
            for (String id : ids) {
                line(out, id);
            }
        });
    }

    private static void line(OutputStream out, String id) throws IOException {
        out.write((JSON.writeValueAsString(Map.of("path", id)) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads the list once.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if the manifest names no photos, or a line of it is wrong
     */
    Summary summary() {
        MessageDigest digest = Sha256.newDigest();
        long photos = 0;
        try (Ids ids = open()) {
            for (; ids.hasNext(); photos++) {
                digest.update((ids.next() + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw StorageException.reading(manifest.toString(), e);
        }
        if (photos == 0) {
            throw new FinetuneException(ExitCode.DATA, "'" + manifest + "' names no photos; it needs a row for each.");
        }
        return new Summary(photos, Sha256.hex(digest.digest()));
    }

    /** Begins to read the list. */
    Ids open() throws IOException {
        ManifestNames names = ManifestNames.read(
                manifest.toString(), manifest.getFileSystem(configuration).open(manifest));
        return new Ids() {
            @Override
            public boolean hasNext() {
                return names.hasNext();
            }

            @Override
            public String next() {
                String name = names.next();
                return ABSOLUTE.matcher(name).matches() ? name : base + name;
            }

            @Override
            public void close() throws IOException {
                names.close();
            }
        };
    }
}
