/// The filter language of nfdump 1.7: from text to a test of flows.
@NullMarked
package dev.rearview.tools.nfdump.filter;

import org.jspecify.annotations.NullMarked;
