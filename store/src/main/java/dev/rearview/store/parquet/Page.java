package dev.rearview.store.parquet;

/// A page as it lies in a file.
///
/// @param headerAt offset of its header, -1 for a page that is not there
/// @param bodyAt offset of its body
/// @param bodyLength octets of the body as it is stored
/// @param plainLength octets of the body before it was packed
/// @param crc CRC-32 of the body as it is stored
record Page(long headerAt, long bodyAt, int bodyLength, int plainLength, int crc) {
    static final Page NONE = new Page(-1, -1, 0, 0, 0);

    boolean isThere() {
        return headerAt >= 0;
    }

    /// Octets of header and body as they are stored.
    long length() {
        return bodyAt - headerAt + bodyLength;
    }

    /// Octets of the header, and of the body before it was packed.
    long unpackedLength() {
        return bodyAt - headerAt + plainLength;
    }
}
