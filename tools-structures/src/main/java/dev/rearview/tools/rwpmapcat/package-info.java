/// `rwpmapcat`: prints the ranges and labels of a prefix map.
@NullMarked
package dev.rearview.tools.rwpmapcat;

import org.jspecify.annotations.NullMarked;
