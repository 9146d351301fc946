/// `rwsettool`: makes one IP set of others: union, intersection, difference, sample, mask.
@NullMarked
package dev.rearview.tools.rwsettool;

import org.jspecify.annotations.NullMarked;
