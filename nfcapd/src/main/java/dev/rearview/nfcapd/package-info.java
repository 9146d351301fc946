/// The files in which nfdump's collectors keep flows: layouts 1 and 2, in every compression, alone
/// or as a tree of directories. See `docs/formats/nfcapd.md`.
@NullMarked
package dev.rearview.nfcapd;

import org.jspecify.annotations.NullMarked;
