/// What the header of an output tells: notes and the past of the inputs.
@NullMarked
package dev.rearview.kit.headers;

import org.jspecify.annotations.NullMarked;
