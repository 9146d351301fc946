/// `mapsid`: turns numbers of sensors into names and back.
@NullMarked
package dev.rearview.tools.mapsid;

import org.jspecify.annotations.NullMarked;
