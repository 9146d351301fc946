/// `rwpdu2silk`: files of NetFlow v5 datagrams as flows.
@NullMarked
package dev.rearview.tools.rwpdu2silk;

import org.jspecify.annotations.NullMarked;
