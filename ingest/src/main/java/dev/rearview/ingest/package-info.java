/// From messages of exporters to classified flows: probe, decoder, time window, sensor and type;
/// and what takes them. Sockets and directories are others'.
@NullMarked
package dev.rearview.ingest;

import org.jspecify.annotations.NullMarked;
