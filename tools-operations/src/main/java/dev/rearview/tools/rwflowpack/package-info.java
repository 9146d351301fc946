/// `rwflowpack`: the daemon that collects flows and files them by sensor, type and hour.
@NullMarked
package dev.rearview.tools.rwflowpack;

import org.jspecify.annotations.NullMarked;
