/// `rwguess`: the interfaces of a router by its NetFlow v5 datagrams.
@NullMarked
package dev.rearview.tools.rwguess;

import org.jspecify.annotations.NullMarked;
