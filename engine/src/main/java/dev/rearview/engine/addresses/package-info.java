/// Other addresses in place of those of flows.
@NullMarked
package dev.rearview.engine.addresses;

import org.jspecify.annotations.NullMarked;
