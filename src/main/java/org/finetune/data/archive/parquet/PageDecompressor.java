package org.finetune.data.archive.parquet;

import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.format.CompressionCodec;

/** Decompresses pages. All of it is done in Java, because Parquet's own codecs need native libraries and Hadoop. */
interface PageDecompressor {
    /** Photos are compressed already; what becomes so much larger is made to do harm. */
    int MOST_TIMES_LARGER = 100;

    /** Numbers of classes may be compressed to next to nothing. */
    int SMALL = 64 << 20;

    /**
     * Decompresses a page.
     *
     * @param page its compressed bytes
     * @param length number of its bytes when it is decompressed
     * @throws IOException if it is damaged
     */
    byte[] decompress(byte[] page, int length) throws IOException;

    /**
     * The decompressor of a codec.
     *
     * @throws IOException if there is none for it
     */
    static PageDecompressor of(CompressionCodec codec) throws IOException {
        return switch (codec) {
            case UNCOMPRESSED -> (page, length) -> page;
            case SNAPPY -> with(new SnappyDecompressor());
            case ZSTD -> with(new ZstdDecompressor());
            case LZ4_RAW -> with(new Lz4Decompressor());
            case GZIP -> PageDecompressor::unzip;
            default -> throw new IOException(
                    "its compression " + codec + " is not supported; use snappy, zstd, gzip or lz4_raw");
        };
    }

    private static PageDecompressor with(Decompressor decompressor) {
        return (page, length) -> {
            byte[] out = new byte[checked(page, length)];
            int written = decompressor.decompress(page, 0, page.length, out, 0, length);
            return complete(out, written);
        };
    }

    private static byte[] unzip(byte[] page, int length) throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(page))) {
            return complete(in.readNBytes(checked(page, length)), length);
        }
    }

    private static byte[] complete(byte[] page, int length) throws IOException {
        if (page.length != length) {
            throw ParquetPhotos.damaged(null);
        }
        return page;
    }

    private static int checked(byte[] page, int length) throws IOException {
        if (length < 0 || length > Math.max(SMALL, (long) MOST_TIMES_LARGER * page.length)) {
            throw new IOException("it has a page that is more than " + MOST_TIMES_LARGER
                    + " times larger when it is decompressed, as bombs have");
        }
        return length;
    }
}
