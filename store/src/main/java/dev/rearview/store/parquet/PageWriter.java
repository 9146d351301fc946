package dev.rearview.store.parquet;

import dev.rearview.store.parquet.encoding.ThriftWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;

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
            int crc = crc(chunk.dictionary);
            int plain = chunk.plainDictionary;
            ThriftWriter t = header(DICTIONARY_PAGE, plain, chunk.dictionary.length, crc);
            t.struct(7);
            t.i32(1, chunk.distinct);
            t.i32(2, PLAIN);
            t.bool(3, true);
            t.end();
            dictionary = page(t, chunk.dictionary, plain, crc);
        }
        int kind = chunk.ladder ? DATA_PAGE_V2 : DATA_PAGE;
        int crc = crc(chunk.data);
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
        t.i32(1, kind);
        t.i32(2, plainLength);
        t.i32(3, length);
        t.i32(4, crc);
        return t;
    }

    private static void dataHeader(Chunk chunk, ThriftWriter t) {
        t.struct(5);
        t.i32(1, chunk.rows);
        t.i32(2, encoding(chunk));
        t.i32(3, RLE);
        t.i32(4, RLE);
        t.end();
    }

    /// The only kind of data page that may be uncompressed in a chunk with a codec.
    private static void plainV2(Chunk chunk, ThriftWriter t) {
        t.struct(8);
        t.i32(1, chunk.rows);
        t.i32(2, 0);
        t.i32(3, chunk.rows);
        t.i32(4, RLE_DICTIONARY);
        t.i32(5, 0);
        t.i32(6, 0);
        t.bool(7, false);
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

    private static int crc(byte[] body) {
        CRC32 crc = new CRC32();
        crc.update(body);
        return (int) crc.getValue();
    }
}
