package dev.rearview.store.parquet;

import dev.rearview.model.Field;
import dev.rearview.store.parquet.encoding.ThriftWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Writes Parquet's footer, from which other readers learn where everything lies.
final class FooterWriter {
    private final ParquetWriter.Codec codec;

    /// @param codec of all chunks that are no [Ladder]
    FooterWriter(ParquetWriter.Codec codec) {
        this.codec = codec;
    }

    /// The footer without its length.
    ///
    /// @param indexes of all chunks of each group
    /// @param metadata gets layout and totals
    byte[] footer(
            List<PlacedGroup> groups,
            List<List<PlacedChunk.Indexes>> indexes,
            Map<String, String> metadata) {
        long rows = 0;
        long packets = 0;
        long bytes = 0;
        for (PlacedGroup g : groups) {
            rows += g.rows();
            packets += g.packets();
            bytes += g.bytes();
        }
        metadata.put(Schema.LAYOUT_KEY, Schema.LAYOUT);
        metadata.put("rearview.flows", Long.toString(rows));
        metadata.put("rearview.packets", Long.toString(packets));
        metadata.put("rearview.bytes", Long.toString(bytes));
        ThriftWriter t = new ThriftWriter();
        t.begin();
        t.i32(1, 2);
        t.list(2, ThriftWriter.STRUCT, Schema.COLUMNS.size() + 1);
        t.begin();
        t.string(4, "flow");
        t.i32(5, Schema.COLUMNS.size());
        t.end();
        for (Field field : Schema.COLUMNS) {
            Schema.element(field, t);
        }
        t.i64(3, rows);
        t.list(4, ThriftWriter.STRUCT, groups.size());
        for (int i = 0; i < groups.size(); i++) {
            rowGroup(groups.get(i), indexes.get(i), i, t);
        }
        t.list(5, ThriftWriter.STRUCT, metadata.size());
        metadata.forEach((key, value) -> {
            t.begin();
            t.string(1, key);
            t.string(2, value);
            t.end();
        });
        t.string(6, "rearview version 0.1.0 (build 1)");
        t.list(7, ThriftWriter.STRUCT, Schema.COLUMNS.size());
        for (int i = 0; i < Schema.COLUMNS.size(); i++) {
            t.begin();
            t.struct(1);
            t.end();
            t.end();
        }
        t.end();
        return t.bytes();
    }

    private void rowGroup(
            PlacedGroup g, List<PlacedChunk.Indexes> indexes, int ordinal, ThriftWriter t) {
        t.begin();
        t.list(1, ThriftWriter.STRUCT, g.columns().size());
        long plain = 0;
        long size = 0;
        for (int i = 0; i < g.columns().size(); i++) {
            PlacedChunk p = g.columns().get(i);
            column(p, indexes.get(i), t);
            plain += p.unpackedLength();
            size += p.length();
        }
        t.i64(2, plain);
        t.i64(3, g.rows());
        t.list(4, ThriftWriter.STRUCT, 1);
        t.begin();
        t.i32(1, Schema.COLUMNS.indexOf(Field.STIME));
        t.bool(2, false);
        t.bool(3, false);
        t.end();
        t.i64(5, g.columns().getFirst().start());
        t.i64(6, size);
        t.i16(7, ordinal);
        t.end();
    }

    private void column(PlacedChunk p, PlacedChunk.Indexes index, ThriftWriter t) {
        Chunk c = p.chunk();
        t.begin();
        t.i64(2, p.start());
        t.struct(3);
        t.i32(1, Schema.physical(c.field));
        int encoding = PageWriter.encoding(c);
        boolean coded = encoding == PageWriter.RLE_DICTIONARY;
        t.list(2, ThriftWriter.I32, coded ? 2 : 1);
        if (!coded) {
            t.element(encoding);
        } else {
            t.element(PageWriter.PLAIN);
            t.element(PageWriter.RLE_DICTIONARY);
        }
        t.list(3, ThriftWriter.BINARY, 1);
        t.element(Schema.name(c.field).getBytes(StandardCharsets.UTF_8));
        t.i32(4, c.ladder ? ParquetWriter.Codec.LZ4_RAW : codec.id());
        t.i64(5, c.rows);
        t.i64(6, p.unpackedLength());
        t.i64(7, p.length());
        t.i64(9, p.data().headerAt());
        if (p.dictionary().isThere()) {
            t.i64(11, p.dictionary().headerAt());
        }
        statistics(c, t);
        if (index.bloom().length() > 0) {
            t.i64(14, index.bloom().at());
            t.i32(15, index.bloom().length());
        }
        t.end();
        t.i64(4, index.offset().at());
        t.i32(5, index.offset().length());
        t.i64(6, index.column().at());
        t.i32(7, index.column().length());
        t.end();
    }

    private static void statistics(Chunk c, ThriftWriter t) {
        t.struct(12);
        t.i64(3, 0);
        if (c.distinct > 0) {
            t.i64(4, c.distinct);
        }
        t.binary(5, c.max);
        t.binary(6, c.min);
        t.bool(7, true);
        t.bool(8, true);
        t.end();
    }
}
