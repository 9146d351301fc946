/// `rearview contacts`: whom a host contacted, and whom those contacted afterwards.
@NullMarked
package dev.rearview.tools.contacts;

import org.jspecify.annotations.NullMarked;
