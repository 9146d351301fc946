/// Files on a disk that may fail: put in place whole, checked before they are opened, walked while
/// others change them.
@NullMarked
package dev.rearview.store.disk;

import org.jspecify.annotations.NullMarked;
