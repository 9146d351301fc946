/// The journal: flows that are safe before they are in segments, read back whatever happened to it.
@NullMarked
package dev.rearview.store.journal;

import org.jspecify.annotations.NullMarked;
