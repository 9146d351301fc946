/// The world of one run: its threads, memory, temporary files, zone and end, and what it shares
/// with the other runs of its process.
@NullMarked
package dev.rearview.engine.exec;

import org.jspecify.annotations.NullMarked;
