package org.finetune.spark;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Files that appear whole or not at all. */
final class SmallFile {
    /** How the name of a file begins that is not whole. */
    static final String UNFINISHED = "_part-";

    private SmallFile() {}

    /** Writes what is in a file. */
    interface Content {
        void write(OutputStream out) throws IOException;
    }

    /** Writes a file that is not there yet. */
    static void write(Path file, Configuration configuration, Content content) throws IOException {
        FileSystem storage = file.getFileSystem(configuration);
        Path part = new Path(file.getParent(), UNFINISHED + file.getName());
        try (OutputStream out = storage.create(part, true)) {
            content.write(out);
        }
        if (!storage.rename(part, file)) {
            throw new IOException("'" + part + "' cannot be renamed to '" + file.getName() + "'");
        }
    }
}
