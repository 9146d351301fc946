/// Commands that an operator has run on files.
@NullMarked
package dev.rearview.collector.commands;

import org.jspecify.annotations.NullMarked;
