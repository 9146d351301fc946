/// Work on several threads.
@NullMarked
package dev.rearview.engine.exec;

import org.jspecify.annotations.NullMarked;
