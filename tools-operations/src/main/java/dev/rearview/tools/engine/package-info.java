/// `rearview engine`: the process that stays and runs the commands of its user.
@NullMarked
package dev.rearview.tools.engine;

import org.jspecify.annotations.NullMarked;
