/// `rwipfix2silk`: files of IPFIX as flows.
@NullMarked
package dev.rearview.tools.rwipfix2silk;

import org.jspecify.annotations.NullMarked;
