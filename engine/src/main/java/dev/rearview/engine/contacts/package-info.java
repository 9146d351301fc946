/// Who contacted whom, and whom afterwards: graphs of contacts in the order of time.
@NullMarked
package dev.rearview.engine.contacts;

import org.jspecify.annotations.NullMarked;
