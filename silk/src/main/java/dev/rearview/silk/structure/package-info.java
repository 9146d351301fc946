/// SiLK's files of what is no flow: IP sets, prefix maps, bags and aggregate bags.
@NullMarked
package dev.rearview.silk.structure;

import org.jspecify.annotations.NullMarked;
