/// `rearview nfdump`: the command line of nfdump 1.7, its filters, statistics and formats.
@NullMarked
package dev.rearview.tools.nfdump;

import org.jspecify.annotations.NullMarked;
