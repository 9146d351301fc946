/// The daemon: listeners, probes, classification, loss ledger. Decoding is `wire`'s.
@NullMarked
package dev.rearview.collector;

import org.jspecify.annotations.NullMarked;
