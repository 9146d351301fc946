/// The command rwpmapcat.
@NullMarked
package dev.rearview.tools.rwpmapcat;

import org.jspecify.annotations.NullMarked;
