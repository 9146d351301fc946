/// `rearview store`: what a repository holds, what is wrong with it, and what is too old.
@NullMarked
package dev.rearview.tools.store;

import org.jspecify.annotations.NullMarked;
