/// The command mapsid.
@NullMarked
package dev.rearview.tools.mapsid;

import org.jspecify.annotations.NullMarked;
