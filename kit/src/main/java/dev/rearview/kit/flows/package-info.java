/// Flows in and out: opened, read in one of two ways, copied, handed to the next command.
@NullMarked
package dev.rearview.kit.flows;

import org.jspecify.annotations.NullMarked;
