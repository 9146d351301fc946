/// Measures the product against its peers.
@NullMarked
package dev.rearview.bench;

import org.jspecify.annotations.NullMarked;
