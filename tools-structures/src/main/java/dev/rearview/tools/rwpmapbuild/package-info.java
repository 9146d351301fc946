/// `rwpmapbuild`: makes a prefix map of text.
@NullMarked
package dev.rearview.tools.rwpmapbuild;

import org.jspecify.annotations.NullMarked;
