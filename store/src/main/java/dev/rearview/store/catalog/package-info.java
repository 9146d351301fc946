/// Catalogs: what the files of a directory hold, so that a search opens only those that matter.
@NullMarked
package dev.rearview.store.catalog;

import org.jspecify.annotations.NullMarked;
