package dev.rearview.store.parquet;

import dev.rearview.store.disk.Checksum;
import dev.rearview.store.parquet.ParquetFields.DataPageHeader;
import dev.rearview.store.parquet.ParquetFields.DataPageHeaderV2;
import dev.rearview.store.parquet.ParquetFields.DictionaryPageHeader;
import dev.rearview.store.parquet.ParquetFields.PageHeader;
import dev.rearview.store.parquet.encoding.ThriftWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// Writes the pages of column chunks, and knows where each one lies.
final class PageWriter {
    // Parquet's numbers of encodings.
    static final int PLAIN = 0;
    private static final int RLE = 3;
    private static final int DELTA = 5;
    static final int RLE_DICTIONARY = 8;

    // Parquet's numbers of kinds of pages.
    private static final int DATA_PAGE = 0;
    private static final int DICTIONARY_PAGE = 2;
    private static final int DATA_PAGE_V2 = 3;

    private final OutputStream out;
    private long at;

    PageWriter(OutputStream out) {
        this.out = out;
    }

    /// Octets written so far.
    long at() {
        return at;
    }

    void write(byte[] b) throws IOException {
        out.write(b);
        at += b.length;
    }

    /// Writes the pages of a chunk and lets go of their octets.
    PlacedChunk place(Chunk chunk) throws IOException {
        Page dictionary = Page.NONE;
        if (encoding(chunk) == RLE_DICTIONARY) {
            int crc = Checksum.of(ByteBuffer.wrap(chunk.dictionary));
            int plain = chunk.plainDictionary;
            ThriftWriter t = header(DICTIONARY_PAGE, plain, chunk.dictionary.length, crc);
            t.struct(PageHeader.DICTIONARY_PAGE_HEADER);
            t.i32(DictionaryPageHeader.NUM_VALUES, chunk.distinct);
            t.i32(DictionaryPageHeader.ENCODING, PLAIN);
            t.bool(DictionaryPageHeader.IS_SORTED, true);
            t.end();
            dictionary = page(t, chunk.dictionary, plain, crc);
        }
        int kind = chunk.ladder ? DATA_PAGE_V2 : DATA_PAGE;
        int crc = Checksum.of(ByteBuffer.wrap(chunk.data));
        ThriftWriter t = header(kind, chunk.plainData, chunk.data.length, crc);
        if (chunk.ladder) {
            plainV2(chunk, t);
        } else {
            dataHeader(chunk, t);
        }
        Page data = page(t, chunk.data, chunk.plainData, crc);
        chunk.release();
        return new PlacedChunk(chunk, dictionary, data);
    }

    /// The encoding of a chunk's data, by Parquet's number.
    static int encoding(Chunk chunk) {
        return chunk.delta ? DELTA : chunk.plain ? PLAIN : RLE_DICTIONARY;
    }

    /// Begins the header of a page with what all kinds have.
    ///
    /// @param plainLength octets of the body before it was packed
    /// @param length octets of the body
    private static ThriftWriter header(int kind, int plainLength, int length, int crc) {
        ThriftWriter t = new ThriftWriter();
        t.begin();
        t.i32(PageHeader.TYPE, kind);
        t.i32(PageHeader.UNCOMPRESSED_PAGE_SIZE, plainLength);
        t.i32(PageHeader.COMPRESSED_PAGE_SIZE, length);
        t.i32(PageHeader.CRC, crc);
        return t;
    }

    private static void dataHeader(Chunk chunk, ThriftWriter t) {
        t.struct(PageHeader.DATA_PAGE_HEADER);
        t.i32(DataPageHeader.NUM_VALUES, chunk.rows);
        t.i32(DataPageHeader.ENCODING, encoding(chunk));
        t.i32(DataPageHeader.DEFINITION_LEVEL_ENCODING, RLE);
        t.i32(DataPageHeader.REPETITION_LEVEL_ENCODING, RLE);
        t.end();
    }

    /// The only kind of data page that may be uncompressed in a chunk with a codec.
    private static void plainV2(Chunk chunk, ThriftWriter t) {
        t.struct(PageHeader.DATA_PAGE_HEADER_V2);
        t.i32(DataPageHeaderV2.NUM_VALUES, chunk.rows);
        t.i32(DataPageHeaderV2.NUM_NULLS, 0);
        t.i32(DataPageHeaderV2.NUM_ROWS, chunk.rows);
        t.i32(DataPageHeaderV2.ENCODING, RLE_DICTIONARY);
        t.i32(DataPageHeaderV2.DEFINITION_LEVELS_BYTE_LENGTH, 0);
        t.i32(DataPageHeaderV2.REPETITION_LEVELS_BYTE_LENGTH, 0);
        t.bool(DataPageHeaderV2.IS_COMPRESSED, false);
        t.end();
    }

    /// Ends a header and writes it with its body.
    private Page page(ThriftWriter header, byte[] body, int plainLength, int crc)
            throws IOException {
        header.end();
        long headerAt = at;
        write(header.bytes());
        long bodyAt = at;
        write(body);
        return new Page(headerAt, bodyAt, body.length, plainLength, crc);
    }
}
