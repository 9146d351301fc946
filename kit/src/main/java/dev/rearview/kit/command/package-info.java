/// What a command is, the world that it runs in, and how it is run.
@NullMarked
package dev.rearview.kit.command;

import org.jspecify.annotations.NullMarked;
