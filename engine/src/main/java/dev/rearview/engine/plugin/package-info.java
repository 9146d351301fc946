/// What plug-ins in Java implement. Nothing here is loaded unless a command is told to use one.
@NullMarked
package dev.rearview.engine.plugin;

import org.jspecify.annotations.NullMarked;
