package org.finetune.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.util.functional.FutureIO;
import org.finetune.data.Photo;
import org.finetune.data.StorageException;

/** A photo that is a file of any storage that Hadoop reads. Its id is its path or URI. */
final class HadoopPhoto implements Photo {
    private final String id;
    private final Configuration configuration;
    /** Null until it is asked for; storage in a network takes milliseconds to tell it. */
    private volatile FileStatus status;

    /**
     * Names a photo.
     *
     * @param id an absolute path, or a URI
     * @param configuration how storage is reached
     */
    HadoopPhoto(String id, Configuration configuration) {
        this.id = id;
        this.configuration = configuration;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String fileName() {
        return id.substring(id.lastIndexOf('/') + 1);
    }

    @Override
    public long length() throws IOException {
        return status().getLen();
    }

    private FileStatus status() throws IOException {
        FileStatus known = status;
        if (known == null) {
            known = find();
            status = known;
        }
        return known;
    }

    private FileStatus find() throws IOException {
        Path path;
        try {
            path = new Path(id);
        } catch (IllegalArgumentException e) {
            throw unusableName(e);
        }
        FileStatus found;
        try {
            found = path.getFileSystem(configuration).getFileStatus(path);
        } catch (IOException e) {
            throw bad(e);
        } catch (IllegalArgumentException e) {
            // Hadoop's exception for a host that does not exist, among others.
            throw StorageException.reading(id, new IOException(e.getMessage(), e));
        }
        if (!found.isFile()) {
            throw new IOException(found.isDirectory() ? "is a directory" : "not a regular file");
        }
        return found;
    }

    @Override
    public byte[] read() throws IOException {
        FileStatus file = status();
        if (file.getLen() > MAX_BYTES) {
            throw new IOException("larger than " + (MAX_BYTES >> 20) + " MiB");
        }
        byte[] content = new byte[(int) file.getLen()];
        try {
            FileSystem storage = file.getPath().getFileSystem(configuration);
            try (FSDataInputStream in = FutureIO.awaitFuture(
                    storage.openFile(file.getPath()).withFileStatus(file).build())) {
                in.readFully(content);
            }
        } catch (IOException e) {
            throw bad(e);
        } catch (IllegalArgumentException e) {
            throw unusableName(e);
        }
        return content;
    }

    /** Hadoop does not read local files with a colon in their names, among others. */
    private static IOException unusableName(IllegalArgumentException e) {
        return new IOException("Hadoop does not read files of such a name; rename it", e);
    }

    /**
     * A failure to read the file, if the photo is bad. Object stores also deny access where credentials have expired, which says
     * nothing about the photo.
     *
     * @return the failure
     * @throws StorageException if the storage is at fault
     */
    private IOException bad(IOException failure) {
        boolean denied = failure instanceof AccessControlException
                || (id.startsWith("/") || id.startsWith("file:"))
                        && (failure instanceof AccessDeniedException
                                || failure instanceof FileNotFoundException
                                        && failure.getMessage() != null
                                        && failure.getMessage().endsWith("(Permission denied)"));
        if (denied) {
            return new AccessDeniedException(id);
        }
        if (failure instanceof FileNotFoundException) {
            return new NoSuchFileException(id);
        }
        throw StorageException.reading(id, failure);
    }
}
