/// The command rwset.
@NullMarked
package dev.rearview.tools.rwpmaplookup;

import org.jspecify.annotations.NullMarked;
