/// File descriptors that other processes handed over, by the calls of the system: read, write,
/// poll, local sockets with descriptors in their messages, and what belongs to a thread alone. For
/// Linux.
@NullMarked
package dev.rearview.descriptors;

import org.jspecify.annotations.NullMarked;
