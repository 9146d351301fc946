package dev.rearview.store.parquet;

import dev.rearview.model.Field;
import dev.rearview.store.parquet.ParquetFields.ColumnChunk;
import dev.rearview.store.parquet.ParquetFields.ColumnMetaData;
import dev.rearview.store.parquet.ParquetFields.ColumnOrder;
import dev.rearview.store.parquet.ParquetFields.FileMetaData;
import dev.rearview.store.parquet.ParquetFields.KeyValue;
import dev.rearview.store.parquet.ParquetFields.RowGroup;
import dev.rearview.store.parquet.ParquetFields.SchemaElement;
import dev.rearview.store.parquet.ParquetFields.SortingColumn;
import dev.rearview.store.parquet.ParquetFields.Statistics;
import dev.rearview.store.parquet.encoding.ThriftWriter;
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
        metadata.put(Schema.LAYOUT_KEY, Layout.SECOND.number());
        List<StoredColumn> columns = Layout.SECOND.columns();
        metadata.put("rearview.flows", Long.toString(rows));
        metadata.put("rearview.packets", Long.toString(packets));
        metadata.put("rearview.bytes", Long.toString(bytes));
        ThriftWriter t = new ThriftWriter();
        t.begin();
        t.i32(FileMetaData.VERSION, 2);
        t.list(FileMetaData.SCHEMA, ThriftWriter.STRUCT, columns.size() + 1);
        t.begin();
        t.string(SchemaElement.NAME, "flow");
        t.i32(SchemaElement.NUM_CHILDREN, columns.size());
        t.end();
        for (StoredColumn column : columns) {
            column.element(t);
        }
        t.i64(FileMetaData.NUM_ROWS, rows);
        t.list(FileMetaData.ROW_GROUPS, ThriftWriter.STRUCT, groups.size());
        for (int i = 0; i < groups.size(); i++) {
            rowGroup(groups.get(i), indexes.get(i), i, t);
        }
        t.list(FileMetaData.KEY_VALUE_METADATA, ThriftWriter.STRUCT, metadata.size());
        metadata.forEach((key, value) -> {
            t.begin();
            t.string(KeyValue.KEY, key);
            t.string(KeyValue.VALUE, value);
            t.end();
        });
        t.string(FileMetaData.CREATED_BY, "rearview version 0.1.0 (build 1)");
        t.list(FileMetaData.COLUMN_ORDERS, ThriftWriter.STRUCT, columns.size());
        for (int i = 0; i < columns.size(); i++) {
            t.begin();
            t.struct(ColumnOrder.TYPE_ORDER);
            t.end();
            t.end();
        }
        t.end();
        return t.bytes();
    }

    private void rowGroup(
            PlacedGroup g, List<PlacedChunk.Indexes> indexes, int ordinal, ThriftWriter t) {
        t.begin();
        t.list(RowGroup.COLUMNS, ThriftWriter.STRUCT, g.columns().size());
        long plain = 0;
        long size = 0;
        for (int i = 0; i < g.columns().size(); i++) {
            PlacedChunk p = g.columns().get(i);
            column(p, indexes.get(i), t);
            plain += p.unpackedLength();
            size += p.length();
        }
        t.i64(RowGroup.TOTAL_BYTE_SIZE, plain);
        t.i64(RowGroup.NUM_ROWS, g.rows());
        if (g.byStart()) {
            t.list(RowGroup.SORTING_COLUMNS, ThriftWriter.STRUCT, 1);
            t.begin();
            t.i32(SortingColumn.COLUMN_IDX, Schema.column(Field.STIME));
            t.bool(SortingColumn.DESCENDING, false);
            t.bool(SortingColumn.NULLS_FIRST, false);
            t.end();
        }
        t.i64(RowGroup.FILE_OFFSET, g.columns().getFirst().start());
        t.i64(RowGroup.TOTAL_COMPRESSED_SIZE, size);
        t.i16(RowGroup.ORDINAL, ordinal);
        t.end();
    }

    private void column(PlacedChunk p, PlacedChunk.Indexes index, ThriftWriter t) {
        Chunk c = p.chunk();
        t.begin();
        t.i64(ColumnChunk.FILE_OFFSET, p.start());
        t.struct(ColumnChunk.META_DATA);
        t.i32(ColumnMetaData.TYPE, c.column.physical());
        int encoding = PageWriter.encoding(c);
        boolean coded = encoding == PageWriter.RLE_DICTIONARY;
        t.list(ColumnMetaData.ENCODINGS, ThriftWriter.I32, coded ? 2 : 1);
        if (!coded) {
            t.element(encoding);
        } else {
            t.element(PageWriter.PLAIN);
            t.element(PageWriter.RLE_DICTIONARY);
        }
        t.list(ColumnMetaData.PATH_IN_SCHEMA, ThriftWriter.BINARY, 1);
        t.element(c.column.name());
        t.i32(ColumnMetaData.CODEC, c.ladder ? ParquetWriter.Codec.LZ4_RAW : codec.id());
        t.i64(ColumnMetaData.NUM_VALUES, c.rows);
        t.i64(ColumnMetaData.TOTAL_UNCOMPRESSED_SIZE, p.unpackedLength());
        t.i64(ColumnMetaData.TOTAL_COMPRESSED_SIZE, p.length());
        t.i64(ColumnMetaData.DATA_PAGE_OFFSET, p.data().headerAt());
        if (p.dictionary().isThere()) {
            t.i64(ColumnMetaData.DICTIONARY_PAGE_OFFSET, p.dictionary().headerAt());
        }
        statistics(c, t);
        if (index.bloom().length() > 0) {
            t.i64(ColumnMetaData.BLOOM_FILTER_OFFSET, index.bloom().at());
            t.i32(ColumnMetaData.BLOOM_FILTER_LENGTH, index.bloom().length());
        }
        t.end();
        t.i64(ColumnChunk.OFFSET_INDEX_OFFSET, index.offset().at());
        t.i32(ColumnChunk.OFFSET_INDEX_LENGTH, index.offset().length());
        t.i64(ColumnChunk.COLUMN_INDEX_OFFSET, index.column().at());
        t.i32(ColumnChunk.COLUMN_INDEX_LENGTH, index.column().length());
        t.end();
    }

    private static void statistics(Chunk c, ThriftWriter t) {
        t.struct(ColumnMetaData.STATISTICS);
        t.i64(Statistics.NULL_COUNT, 0);
        if (c.distinct > 0) {
            t.i64(Statistics.DISTINCT_COUNT, c.distinct);
        }
        t.binary(Statistics.MAX_VALUE, c.max());
        t.binary(Statistics.MIN_VALUE, c.min());
        t.bool(Statistics.IS_MAX_VALUE_EXACT, true);
        t.bool(Statistics.IS_MIN_VALUE_EXACT, true);
        t.end();
    }
}
