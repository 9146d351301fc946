/// Journals of datagrams that are kept although their flows are in columns, so that these can be
/// made once more.
@NullMarked
package dev.rearview.store.kept;

import org.jspecify.annotations.NullMarked;
