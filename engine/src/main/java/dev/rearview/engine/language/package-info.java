/// The language in which people write expressions and tests: text to data and back. Switches and
/// fields that are written in it become the same data as those that have names of their own.
@NullMarked
package dev.rearview.engine.language;

import org.jspecify.annotations.NullMarked;
