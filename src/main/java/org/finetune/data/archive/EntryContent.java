package org.finetune.data.archive;

import java.io.IOException;

/** The content of a file in an archive. Methods that read throw an {@link IOException} if the file is bad. */
interface EntryContent {
    /** Number of bytes, decompressed. */
    long length();

    /** The whole content. */
    byte[] read() throws IOException;

    /**
     * The beginning of the content.
     *
     * @param most number of bytes; fewer if the content has no more
     */
    byte[] start(int most) throws IOException;

    /** The content's {@link org.finetune.data.Fingerprint}. */
    String fingerprint() throws IOException;
}
