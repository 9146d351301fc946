/// The demonstration.
@NullMarked
package dev.rearview.tools.demo;

import org.jspecify.annotations.NullMarked;
