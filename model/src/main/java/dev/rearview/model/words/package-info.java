/// Rows of words: compared and sorted.
@NullMarked
package dev.rearview.model.words;

import org.jspecify.annotations.NullMarked;
