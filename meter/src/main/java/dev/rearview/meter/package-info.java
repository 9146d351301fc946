/// From packets to flows: a table of flows bounded in octets, its timeouts, and what applications
/// the flows carry.
@NullMarked
package dev.rearview.meter;

import org.jspecify.annotations.NullMarked;
