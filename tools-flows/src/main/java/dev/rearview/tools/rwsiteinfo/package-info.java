/// `rwsiteinfo`: prints what `silk.conf` says, and of which hours the repository has files.
@NullMarked
package dev.rearview.tools.rwsiteinfo;

import org.jspecify.annotations.NullMarked;
