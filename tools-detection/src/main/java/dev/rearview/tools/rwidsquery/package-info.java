/// `rwidsquery`: alerts and rules of Snort as queries of a repository.
@NullMarked
package dev.rearview.tools.rwidsquery;

import org.jspecify.annotations.NullMarked;
