package dev.rearview.store.parquet;

/// A column chunk whose pages are in the file.
///
/// @param dictionary [Page#NONE] where the values are not coded
record PlacedChunk(Chunk chunk, Page dictionary, Page data) {
    /// Offset of its first page.
    long start() {
        return dictionary.isThere() ? dictionary.headerAt() : data.headerAt();
    }

    /// Octets of its pages.
    long length() {
        return dictionary.length() + data.length();
    }

    /// Octets of its pages before they were packed.
    long unpackedLength() {
        return dictionary.unpackedLength() + data.unpackedLength();
    }

    /// What stands behind all row groups for one chunk.
    record Indexes(Extent bloom, Extent column, Extent offset) {}

    /// A part of the file.
    record Extent(long at, int length) {}
}
