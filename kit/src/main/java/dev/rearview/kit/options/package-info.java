/// The language of the command line: a table of switches that parsing, help, man page and
/// completion are made from, and how a command says what is wrong.
@NullMarked
package dev.rearview.kit.options;

import org.jspecify.annotations.NullMarked;
