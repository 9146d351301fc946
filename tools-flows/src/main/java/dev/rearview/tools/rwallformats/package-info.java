/// `rwallformats`: writes flows in every format there is.
@NullMarked
package dev.rearview.tools.rwallformats;

import org.jspecify.annotations.NullMarked;
