/// IP sets, prefix maps and country codes as concepts; their byte layouts live in `silk`.
@NullMarked
package dev.rearview.sets;

import org.jspecify.annotations.NullMarked;
