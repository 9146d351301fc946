/// The configuration of a collector: silk.conf and sensor.conf, as switches name them.
@NullMarked
package dev.rearview.tools.configuration;

import org.jspecify.annotations.NullMarked;
