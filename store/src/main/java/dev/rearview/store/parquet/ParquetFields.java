package dev.rearview.store.parquet;

/// Numbers of the fields of Parquet's Thrift structures, by the names of `parquet.thrift` (Apache
/// Parquet, format 2.x).
final class ParquetFields {
    private ParquetFields() {}

    /// The footer of a file.
    static final class FileMetaData {
        static final int VERSION = 1;
        static final int SCHEMA = 2;
        static final int NUM_ROWS = 3;
        static final int ROW_GROUPS = 4;
        static final int KEY_VALUE_METADATA = 5;
        static final int CREATED_BY = 6;
        static final int COLUMN_ORDERS = 7;

        private FileMetaData() {}
    }

    /// An entry of a file's metadata.
    static final class KeyValue {
        static final int KEY = 1;
        static final int VALUE = 2;

        private KeyValue() {}
    }

    /// How values of a column compare.
    static final class ColumnOrder {
        static final int TYPE_ORDER = 1;

        private ColumnOrder() {}
    }

    /// A column of the schema, or its root.
    static final class SchemaElement {
        static final int TYPE = 1;
        static final int TYPE_LENGTH = 2;
        static final int REPETITION_TYPE = 3;
        static final int NAME = 4;
        static final int NUM_CHILDREN = 5;
        static final int CONVERTED_TYPE = 6;
        static final int LOGICAL_TYPE = 10;

        private SchemaElement() {}
    }

    /// What values of a column mean.
    static final class LogicalType {
        static final int TIMESTAMP = 8;
        static final int INTEGER = 10;

        private LogicalType() {}
    }

    /// A time.
    static final class TimestampType {
        static final int IS_ADJUSTED_TO_UTC = 1;
        static final int UNIT = 2;

        private TimestampType() {}
    }

    /// The unit of a time.
    static final class TimeUnit {
        static final int MILLIS = 1;

        private TimeUnit() {}
    }

    /// An integer.
    static final class IntType {
        static final int BIT_WIDTH = 1;
        static final int IS_SIGNED = 2;

        private IntType() {}
    }

    /// A row group.
    static final class RowGroup {
        static final int COLUMNS = 1;
        static final int TOTAL_BYTE_SIZE = 2;
        static final int NUM_ROWS = 3;
        static final int SORTING_COLUMNS = 4;
        static final int FILE_OFFSET = 5;
        static final int TOTAL_COMPRESSED_SIZE = 6;
        static final int ORDINAL = 7;

        private RowGroup() {}
    }

    /// What rows are sorted by.
    static final class SortingColumn {
        static final int COLUMN_IDX = 1;
        static final int DESCENDING = 2;
        static final int NULLS_FIRST = 3;

        private SortingColumn() {}
    }

    /// A column of a row group.
    static final class ColumnChunk {
        static final int FILE_OFFSET = 2;
        static final int META_DATA = 3;
        static final int OFFSET_INDEX_OFFSET = 4;
        static final int OFFSET_INDEX_LENGTH = 5;
        static final int COLUMN_INDEX_OFFSET = 6;
        static final int COLUMN_INDEX_LENGTH = 7;

        private ColumnChunk() {}
    }

    /// What is known of a column of a row group.
    static final class ColumnMetaData {
        static final int TYPE = 1;
        static final int ENCODINGS = 2;
        static final int PATH_IN_SCHEMA = 3;
        static final int CODEC = 4;
        static final int NUM_VALUES = 5;
        static final int TOTAL_UNCOMPRESSED_SIZE = 6;
        static final int TOTAL_COMPRESSED_SIZE = 7;
        static final int DATA_PAGE_OFFSET = 9;
        static final int DICTIONARY_PAGE_OFFSET = 11;
        static final int STATISTICS = 12;
        static final int BLOOM_FILTER_OFFSET = 14;
        static final int BLOOM_FILTER_LENGTH = 15;

        private ColumnMetaData() {}
    }

    /// Bounds of a column's values.
    static final class Statistics {
        static final int NULL_COUNT = 3;
        static final int DISTINCT_COUNT = 4;
        static final int MAX_VALUE = 5;
        static final int MIN_VALUE = 6;
        static final int IS_MAX_VALUE_EXACT = 7;
        static final int IS_MIN_VALUE_EXACT = 8;

        private Statistics() {}
    }

    /// What stands before a page.
    static final class PageHeader {
        static final int TYPE = 1;
        static final int UNCOMPRESSED_PAGE_SIZE = 2;
        static final int COMPRESSED_PAGE_SIZE = 3;
        static final int CRC = 4;
        static final int DATA_PAGE_HEADER = 5;
        static final int DICTIONARY_PAGE_HEADER = 7;
        static final int DATA_PAGE_HEADER_V2 = 8;

        private PageHeader() {}
    }

    /// A page of values.
    static final class DataPageHeader {
        static final int NUM_VALUES = 1;
        static final int ENCODING = 2;
        static final int DEFINITION_LEVEL_ENCODING = 3;
        static final int REPETITION_LEVEL_ENCODING = 4;

        private DataPageHeader() {}
    }

    /// A page of values, second form.
    static final class DataPageHeaderV2 {
        static final int NUM_VALUES = 1;
        static final int NUM_NULLS = 2;
        static final int NUM_ROWS = 3;
        static final int ENCODING = 4;
        static final int DEFINITION_LEVELS_BYTE_LENGTH = 5;
        static final int REPETITION_LEVELS_BYTE_LENGTH = 6;
        static final int IS_COMPRESSED = 7;

        private DataPageHeaderV2() {}
    }

    /// A page of the distinct values.
    static final class DictionaryPageHeader {
        static final int NUM_VALUES = 1;
        static final int ENCODING = 2;
        static final int IS_SORTED = 3;

        private DictionaryPageHeader() {}
    }

    /// What stands before a Bloom filter.
    static final class BloomFilterHeader {
        static final int NUM_BYTES = 1;
        static final int ALGORITHM = 2;
        static final int HASH = 3;
        static final int COMPRESSION = 4;

        private BloomFilterHeader() {}
    }

    /// The one algorithm, hash and compression of Bloom filters.
    static final class BloomFilterChoice {
        static final int ONLY = 1;

        private BloomFilterChoice() {}
    }

    /// Bounds of the pages of a column.
    static final class ColumnIndex {
        static final int NULL_PAGES = 1;
        static final int MIN_VALUES = 2;
        static final int MAX_VALUES = 3;
        static final int BOUNDARY_ORDER = 4;
        static final int NULL_COUNTS = 5;

        private ColumnIndex() {}
    }

    /// Where the pages of a column are.
    static final class OffsetIndex {
        static final int PAGE_LOCATIONS = 1;

        private OffsetIndex() {}
    }

    /// Where a page is.
    static final class PageLocation {
        static final int OFFSET = 1;
        static final int COMPRESSED_PAGE_SIZE = 2;
        static final int FIRST_ROW_INDEX = 3;

        private PageLocation() {}
    }
}
