/// The command rwpmapbuild.
@NullMarked
package dev.rearview.tools.rwpmapbuild;

import org.jspecify.annotations.NullMarked;
