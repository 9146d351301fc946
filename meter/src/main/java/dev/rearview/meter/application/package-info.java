/// Which application a payload belongs to, by how it looks.
@NullMarked
package dev.rearview.meter.application;

import org.jspecify.annotations.NullMarked;
