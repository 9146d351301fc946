/// The registry of information elements: their numbers, and what these are called.
@NullMarked
package dev.rearview.wire.registry;

import org.jspecify.annotations.NullMarked;
