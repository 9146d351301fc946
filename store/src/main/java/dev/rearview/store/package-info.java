/// The Parquet repository: layout, writer, reader, journal, segments, manifests, sealing.
@NullMarked
package dev.rearview.store;

import org.jspecify.annotations.NullMarked;
