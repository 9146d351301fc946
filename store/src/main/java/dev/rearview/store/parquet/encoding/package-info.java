/// How Parquet and the store put values and structures into octets; nothing here knows what a file
/// consists of.
@NullMarked
package dev.rearview.store.parquet.encoding;

import org.jspecify.annotations.NullMarked;
