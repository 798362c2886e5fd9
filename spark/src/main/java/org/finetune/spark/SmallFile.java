package org.finetune.spark;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.finetune.FailureReason;

/** Files that the driver writes. */
final class SmallFile {
    /** How the name of a file begins that is not whole. */
    static final String UNFINISHED = "_part-";

    private SmallFile() {}

    /** Writes what is in a file. */
    interface Content {
        void write(OutputStream out) throws IOException;
    }

    /** Writes a file that is not there yet, so that it appears whole or not at all. */
    static void write(Path file, Configuration configuration, Content content) throws IOException {
        FileSystem storage = file.getFileSystem(configuration);
        Path part = new Path(file.getParent(), UNFINISHED + file.getName());
        write(part, storage, true, content);
        if (!storage.rename(part, file)) {
            throw new IOException("'" + part + "' cannot be renamed to '" + file.getName() + "'");
        }
    }

    /**
     * Writes a file in place.
     *
     * @param overwrite whether it may be there already
     */
    static void write(Path file, FileSystem storage, boolean overwrite, Content content) throws IOException {
        try (OutputStream out = storage.create(file, overwrite)) {
            content.write(out);
        } catch (FSError e) {
            // What Hadoop throws where a local disk is full.
            throw new IOException(FailureReason.ofRoot(e), e);
        }
    }
}
