/// What the commands share that make flows of files of exports: their switches, their log, the way
/// through their inputs.
@NullMarked
package dev.rearview.tools.exports;

import org.jspecify.annotations.NullMarked;
