/// The Parquet repository as a whole: flows are taken in, epochs written, hours sealed; what is
/// there is listed, verified and expired.
@NullMarked
package dev.rearview.store;

import org.jspecify.annotations.NullMarked;
