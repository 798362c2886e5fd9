package org.finetune.data.archive;

import java.io.IOException;

/**
 * A content that cannot be read.
 *
 * @param length number of bytes
 * @param reason a few words on why
 */
record UnusableContent(long length, String reason) implements EntryContent {
    @Override
    public byte[] read() throws IOException {
        throw new IOException(reason);
    }

    @Override
    public byte[] start(int most) throws IOException {
        throw new IOException(reason);
    }

    @Override
    public String fingerprint() throws IOException {
        throw new IOException(reason);
    }
}
