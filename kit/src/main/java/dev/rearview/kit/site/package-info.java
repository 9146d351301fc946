/// The site, and which of its flows a command line selects.
@NullMarked
package dev.rearview.kit.site;

import org.jspecify.annotations.NullMarked;
