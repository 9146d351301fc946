/// Which database the catalogue of addresses lies in.
@NullMarked
package dev.rearview.kit.catalogue;

import org.jspecify.annotations.NullMarked;
