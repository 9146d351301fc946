/// `rwfglob`: prints which files of the repository a selection names.
@NullMarked
package dev.rearview.tools.rwfglob;

import org.jspecify.annotations.NullMarked;
