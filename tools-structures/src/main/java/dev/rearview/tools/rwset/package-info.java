/// `rwset`: makes IP sets of the addresses of flows.
@NullMarked
package dev.rearview.tools.rwset;

import org.jspecify.annotations.NullMarked;
