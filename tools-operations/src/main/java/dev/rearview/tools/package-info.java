/// The one entry of all commands, and what is made of all of them: man pages, completion, and the
/// cache that commands start from.
@NullMarked
package dev.rearview.tools;

import org.jspecify.annotations.NullMarked;
