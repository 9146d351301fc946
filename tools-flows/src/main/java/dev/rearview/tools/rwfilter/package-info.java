/// `rwfilter`: selects flows of the repository or of files and tests them; what passes and what
/// fails goes on, with statistics of both.
@NullMarked
package dev.rearview.tools.rwfilter;

import org.jspecify.annotations.NullMarked;
