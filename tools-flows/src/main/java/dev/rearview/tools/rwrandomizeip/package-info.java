/// `rwrandomizeip`: puts other addresses in place of those of flows.
@NullMarked
package dev.rearview.tools.rwrandomizeip;

import org.jspecify.annotations.NullMarked;
