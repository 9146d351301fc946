/// The commands. Each is an option table, a plan for the engine, and printing.
@NullMarked
package dev.rearview.tools;

import org.jspecify.annotations.NullMarked;
