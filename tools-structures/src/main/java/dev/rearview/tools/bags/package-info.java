/// The bag tools: `rwbag`, `rwbagbuild`, `rwbagcat`, `rwbagtool`.
@NullMarked
package dev.rearview.tools.bags;

import org.jspecify.annotations.NullMarked;
