/// `rwscanquery`: reports on the scans that a database holds.
@NullMarked
package dev.rearview.tools.rwscanquery;

import org.jspecify.annotations.NullMarked;
