/// Looking after a repository.
@NullMarked
package dev.rearview.tools.store;

import org.jspecify.annotations.NullMarked;
