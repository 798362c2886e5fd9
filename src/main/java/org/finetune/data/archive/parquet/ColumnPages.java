package org.finetune.data.archive.parquet;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;

/** The pages of a column in a group of rows. Only one is in memory at a time, as they have photos in them. */
final class ColumnPages implements PageReader {
    private final InputStream in;
    private final long values;
    private final PageDecompressor decompressor;
    private PageHeader ahead;

    /**
     * Pages that are not read yet.
     *
     * @param in the bytes of the column in the group
     * @throws IOException if they are compressed by an unknown codec
     */
    ColumnPages(InputStream in, ColumnMetaData chunk) throws IOException {
        this.in = in;
        this.values = chunk.getNum_values();
        this.decompressor = PageDecompressor.of(chunk.getCodec());
    }

    @Override
    public long getTotalValueCount() {
        return values;
    }

    @Override
    public DictionaryPage readDictionaryPage() {
        try {
            ahead = header();
            if (ahead.getType() != PageType.DICTIONARY_PAGE) {
                return null;
            }
            PageHeader header = next();
            DictionaryPageHeader dictionary = header.getDictionary_page_header();
            byte[] page = decompressor.decompress(content(header), header.getUncompressed_page_size());
            if (dictionary.getNum_values() < 0 || dictionary.getNum_values() > page.length) {
                throw ParquetPhotos.damaged(null);
            }
            return new DictionaryPage(
                    BytesInput.from(page), dictionary.getNum_values(), encoding(dictionary.getEncoding()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public DataPage readPage() {
        try {
            PageHeader header = next();
            while (header.getType() == PageType.INDEX_PAGE) {
                content(header);
                header = next();
            }
            byte[] page = content(header);
            return header.isSetData_page_header_v2()
                    ? second(header, header.getData_page_header_v2(), page)
                    : first(header, header.getData_page_header(), page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A page of the first version of the format, which is compressed as a whole. */
    private DataPage first(PageHeader page, DataPageHeader header, byte[] content) throws IOException {
        byte[] bytes = decompressor.decompress(content, page.getUncompressed_page_size());
        return new DataPageV1(
                BytesInput.from(bytes),
                header.getNum_values(),
                bytes.length,
                null,
                encoding(header.getRepetition_level_encoding()),
                encoding(header.getDefinition_level_encoding()),
                encoding(header.getEncoding()));
    }

    /** A page of the second version of the format, of which the values alone may be compressed. */
    private DataPage second(PageHeader page, DataPageHeaderV2 header, byte[] content) throws IOException {
        int repetition = header.getRepetition_levels_byte_length();
        int definition = header.getDefinition_levels_byte_length();
        if (repetition < 0 || definition < 0 || (long) repetition + definition > content.length) {
            throw ParquetPhotos.damaged(null);
        }
        int levels = repetition + definition;
        byte[] values = Arrays.copyOfRange(content, levels, content.length);
        if (header.isIs_compressed() && values.length > 0) {
            values = decompressor.decompress(values, page.getUncompressed_page_size() - levels);
        }
        return DataPageV2.uncompressed(
                header.getNum_rows(),
                header.getNum_nulls(),
                header.getNum_values(),
                BytesInput.from(content, 0, repetition),
                BytesInput.from(content, repetition, definition),
                encoding(header.getEncoding()),
                BytesInput.from(values),
                null);
    }

    private PageHeader next() throws IOException {
        PageHeader header = ahead == null ? header() : ahead;
        ahead = null;
        return header;
    }

    private PageHeader header() throws IOException {
        try {
            return Util.readPageHeader(in);
        } catch (IOException e) {
            throw ParquetPhotos.damaged(e);
        }
    }

    private byte[] content(PageHeader header) throws IOException {
        int length = header.getCompressed_page_size();
        byte[] content = in.readNBytes(Math.max(0, length));
        if (content.length != length) {
            throw ParquetPhotos.damaged(null);
        }
        if (header.isSetCrc()) {
            CRC32 crc = new CRC32();
            crc.update(content);
            if ((int) crc.getValue() != header.getCrc()) {
                throw ParquetPhotos.damaged(null);
            }
        }
        return content;
    }

    private static Encoding encoding(org.apache.parquet.format.Encoding encoding) {
        return Encoding.valueOf(encoding.name());
    }
}
