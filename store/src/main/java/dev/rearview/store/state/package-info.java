/// The directory `.rearview` of a repository: who owns it, what expired, what is in quarantine.
@NullMarked
package dev.rearview.store.state;

import org.jspecify.annotations.NullMarked;
