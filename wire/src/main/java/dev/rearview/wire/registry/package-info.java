/// The registry of information elements: what their numbers are called.
@NullMarked
package dev.rearview.wire.registry;

import org.jspecify.annotations.NullMarked;
