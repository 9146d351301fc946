/// Where flows come from: files, pipes and the repository.
@NullMarked
package dev.rearview.engine.scan;

import org.jspecify.annotations.NullMarked;
