/// The life of the daemon: start, loop, reload, end. Sockets, directories, ledger and log are
/// below; what happens to flows is `ingest`'s.
@NullMarked
package dev.rearview.collector;

import org.jspecify.annotations.NullMarked;
