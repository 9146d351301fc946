/// `rearview repack`: hours made once more of datagrams that were kept.
@NullMarked
package dev.rearview.tools.repack;

import org.jspecify.annotations.NullMarked;
