/// What the commands share: option tables, inputs and outputs, printable fields, exit codes.
@NullMarked
package dev.rearview.tools.kit;

import org.jspecify.annotations.NullMarked;
