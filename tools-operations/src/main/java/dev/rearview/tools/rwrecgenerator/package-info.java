/// `rwrecgenerator`: makes flows up.
@NullMarked
package dev.rearview.tools.rwrecgenerator;

import org.jspecify.annotations.NullMarked;
