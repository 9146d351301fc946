/// The site: silk.conf, sensor.conf, flowtypes, repository paths and packing rules. No sockets.
@NullMarked
package dev.rearview.site;

import org.jspecify.annotations.NullMarked;
