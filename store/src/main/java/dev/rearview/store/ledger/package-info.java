/// The ledger as a time series: what came and what was lost, by period, probe and exporter.
@NullMarked
package dev.rearview.store.ledger;

import org.jspecify.annotations.NullMarked;
