/// Files of exports, read like what comes from sockets.
@NullMarked
package dev.rearview.ingest.files;

import org.jspecify.annotations.NullMarked;
