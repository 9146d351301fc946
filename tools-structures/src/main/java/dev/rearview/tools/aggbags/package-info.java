/// The aggregate bag tools: `rwaggbag`, `rwaggbagbuild`, `rwaggbagcat`, `rwaggbagtool`.
@NullMarked
package dev.rearview.tools.aggbags;

import org.jspecify.annotations.NullMarked;
