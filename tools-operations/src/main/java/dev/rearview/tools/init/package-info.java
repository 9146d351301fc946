/// A first configuration.
@NullMarked
package dev.rearview.tools.init;

import org.jspecify.annotations.NullMarked;
