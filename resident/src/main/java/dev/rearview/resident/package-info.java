/// The resident engine: one process of a user that stays and runs the commands which others hand
/// over with their standard streams. `docs/internals/RESIDENT.md` tells the protocol; the other
/// side of it is `rearview-client.c`.
@NullMarked
package dev.rearview.resident;

import org.jspecify.annotations.NullMarked;
