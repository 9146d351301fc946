/// `rwcut`: prints fields of flows as text.
@NullMarked
package dev.rearview.tools.rwcut;

import org.jspecify.annotations.NullMarked;
