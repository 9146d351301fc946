/// What was lost, of whom and why: counted across restarts, told now and then.
@NullMarked
package dev.rearview.collector.ledger;

import org.jspecify.annotations.NullMarked;
