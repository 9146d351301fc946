/// How what exporters have announced is written down, for another process to go on with.
@NullMarked
package dev.rearview.wire.state;

import org.jspecify.annotations.NullMarked;
