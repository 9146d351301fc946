/// What is made of option tables for other programs: man pages and completion.
@NullMarked
package dev.rearview.kit.help;

import org.jspecify.annotations.NullMarked;
