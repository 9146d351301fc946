/// One place that parses and prints values: addresses, times, lists, flags, tables. Knows no tool.
@NullMarked
package dev.rearview.text;

import org.jspecify.annotations.NullMarked;
