/// The intake that stores: journal, segments, sealing.
@NullMarked
package dev.rearview.ingest.store;

import org.jspecify.annotations.NullMarked;
