package org.finetune.data.archive.parquet;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.utils.BoundedSeekableByteChannelInputStream;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReaderImpl;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.StorageException;

/**
 * The rows of a Parquet file of photos. The column of photos is a group of {@code bytes} and {@code path}, as Hugging Face has
 * it, or has bytes alone; names of numbered classes are in Hugging Face's metadata of the file.
 *
 * <p>Parquet's own reader of files needs Hadoop, and as much memory as a group of rows has photos, so only what is below it is
 * used here: the format's structures and the decoding of pages.
 */
public final class ParquetPhotos {
    private static final String MAGIC = "PAR1";
    private static final String ENCRYPTED_MAGIC = "PARE";

    /** The length of the metadata, and the magic. */
    private static final int END_BYTES = 8;

    private static final int BUFFER = 1 << 16;

    /** The number of a class that stands for none, in photos for a test. */
    private static final long NO_CLASS = -1;

    private final Path file;
    private final FileMetaData metadata;
    private final PhotoColumns columns;

    /** Takes rows. */
    @FunctionalInterface
    public interface Rows {
        void add(PhotoRow row) throws IOException;
    }

    private ParquetPhotos(Path file, FileMetaData metadata, PhotoColumns columns) {
        this.file = file;
        this.metadata = metadata;
        this.columns = columns;
    }

    /** Whether a file is a Parquet file by its content. */
    public static boolean isParquet(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(MAGIC.length()), MAGIC.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Reads the metadata of a file.
     *
     * @return its rows; nothing if none of its columns can have photos
     * @throws IOException if it is damaged
     */
    public static Optional<ParquetPhotos> open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            FileMetaData metadata = metadata(channel);
            return PhotoColumns.of(metadata).map(columns -> new ParquetPhotos(file, metadata, columns));
        } catch (RuntimeException e) {
            throw failure(e);
        }
    }

    private static FileMetaData metadata(FileChannel channel) throws IOException {
        long size = channel.size();
        ByteBuffer end =
                bytes(channel, Math.max(0, size - END_BYTES), END_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int length = end.getInt();
        String magic = StandardCharsets.ISO_8859_1.decode(end).toString();
        if (magic.equals(ENCRYPTED_MAGIC)) {
            throw new IOException("it is encrypted");
        }
        if (!magic.equals(MAGIC) || length <= 0 || length > size - END_BYTES - MAGIC.length()) {
            throw new EOFException();
        }
        byte[] bytes = bytes(channel, size - END_BYTES - length, length).array();
        FileMetaData metadata;
        try {
            metadata = Util.readFileMetaData(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw damaged(e);
        }
        long rows = 0;
        for (RowGroup group : metadata.getRow_groups()) {
            rows = Math.addExact(rows, Math.max(0, group.getNum_rows()));
        }
        if (rows > size) {
            throw new IOException("it has more rows than bytes");
        }
        return metadata;
    }

    private static ByteBuffer bytes(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new EOFException();
            }
        }
        return bytes.flip();
    }

    /** The library has no exceptions of its own for damaged files. */
    private static IOException failure(RuntimeException e) {
        if (e instanceof FinetuneException) {
            throw e;
        }
        return e instanceof UncheckedIOException wrapped ? wrapped.getCause() : damaged(e);
    }

    /** What is thrown of damaged files. */
    static IOException damaged(Exception cause) {
        return new IOException("it is damaged", cause);
    }

    /** Whether the file says which classes the photos have. */
    public boolean hasClasses() {
        return columns.label().isPresent();
    }

    /** Names of the columns that have neither the photos nor their classes. */
    public List<String> unusedColumns() {
        return columns.unused();
    }

    /**
     * Reads all rows, in order.
     *
     * @throws IOException if the file is damaged
     * @throws FinetuneException with {@link ExitCode#DATA} if a photo has the number of a class that does not exist
     * @throws StorageException if the storage is at fault
     */
    public void read(Rows rows) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long number = 0;
            for (RowGroup group : metadata.getRow_groups()) {
                if (group.getNum_rows() > 0) {
                    read(channel, group, number, rows);
                    number += group.getNum_rows();
                }
            }
        } catch (RuntimeException e) {
            throw failure(e);
        }
    }

    private void read(FileChannel channel, RowGroup group, long first, Rows rows) throws IOException {
        ColumnReader photo = reader(channel, group, columns.photo());
        ColumnReader name = columns.name().isPresent()
                ? reader(channel, group, columns.name().get())
                : null;
        ColumnReader label = columns.label().isPresent()
                ? reader(channel, group, columns.label().get())
                : null;
        for (long i = 0; i < group.getNum_rows(); i++) {
            rows.add(new PhotoRow(
                    first + i,
                    present(photo).map(column -> column.getBinary().toByteBuffer()),
                    present(name).map(column -> column.getBinary().toStringUsingUTF8()),
                    label(label, first + i)));
            for (ColumnReader column : Arrays.asList(photo, name, label)) {
                if (column != null) {
                    column.consume();
                }
            }
        }
    }

    /** The column, if it has a value in the current row. */
    private static Optional<ColumnReader> present(ColumnReader column) {
        return Optional.ofNullable(column)
                .filter(reader -> reader.getCurrentDefinitionLevel()
                        == reader.getDescriptor().getMaxDefinitionLevel());
    }

    private ColumnReader reader(FileChannel channel, RowGroup group, Column column) throws IOException {
        ColumnMetaData chunk = group.getColumns().stream()
                .map(ColumnChunk::getMeta_data)
                .filter(data -> column.path().equals(data.getPath_in_schema()))
                .findFirst()
                .orElseThrow();
        if (chunk.getNum_values() != group.getNum_rows()) {
            throw damaged(null);
        }
        // Some programs say 0 where there is no dictionary.
        long start = chunk.getDictionary_page_offset() > 0
                ? Math.min(chunk.getDictionary_page_offset(), chunk.getData_page_offset())
                : chunk.getData_page_offset();
        InputStream in = new BoundedSeekableByteChannelInputStream(start, chunk.getTotal_compressed_size(), channel) {
            @Override
            protected int read(long position, ByteBuffer bytes) {
                try {
                    return super.read(position, bytes);
                } catch (IOException e) {
                    throw StorageException.reading(file.toString(), e);
                }
            }
        };
        return new ColumnReaderImpl(
                column.descriptor(),
                new ColumnPages(new BufferedInputStream(in, BUFFER), chunk),
                new PrimitiveConverter() {},
                null);
    }

    private Optional<String> label(ColumnReader label, long row) {
        Optional<ColumnReader> column = present(label);
        if (column.isEmpty()) {
            return Optional.empty();
        }
        PrimitiveTypeName type = columns.label().orElseThrow().type();
        if (type == PrimitiveTypeName.BINARY) {
            return Optional.of(label.getBinary().toStringUsingUTF8().strip()).filter(name -> !name.isEmpty());
        }
        long number = type == PrimitiveTypeName.INT32 ? label.getInteger() : label.getLong();
        List<String> classes = columns.classes();
        if (number == NO_CLASS) {
            return Optional.empty();
        }
        if (classes.isEmpty()) {
            return Optional.of(String.valueOf(number));
        }
        if (number < 0 || number >= classes.size()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + file + "', row " + row + ": the class " + number + " is none of the " + classes.size()
                            + " that the file names, 0 to " + (classes.size() - 1) + "; correct it.");
        }
        return Optional.of(classes.get((int) number));
    }
}
