/// `rwptoflow`: makes a flow of each packet.
@NullMarked
package dev.rearview.tools.rwptoflow;

import org.jspecify.annotations.NullMarked;
