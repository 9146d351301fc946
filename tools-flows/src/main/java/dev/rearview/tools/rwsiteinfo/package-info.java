/// The command rwsiteinfo.
@NullMarked
package dev.rearview.tools.rwsiteinfo;

import org.jspecify.annotations.NullMarked;
