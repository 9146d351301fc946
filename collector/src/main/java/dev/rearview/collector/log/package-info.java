/// A daemon's log: lines as SiLK's daemons write them, to files, streams or the system.
@NullMarked
package dev.rearview.collector.log;

import org.jspecify.annotations.NullMarked;
