/// `rearview init`: a first configuration, for this machine.
@NullMarked
package dev.rearview.tools.init;

import org.jspecify.annotations.NullMarked;
