/// UDP and TCP sockets: what they receive goes on as whole messages.
@NullMarked
package dev.rearview.collector.sockets;

import org.jspecify.annotations.NullMarked;
