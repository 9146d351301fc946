/// `rwsetbuild`: makes an IP set of a list of addresses, blocks, wildcards or ranges.
@NullMarked
package dev.rearview.tools.rwsetbuild;

import org.jspecify.annotations.NullMarked;
