/// What the commands share that read and write captures of Ethernet.
@NullMarked
package dev.rearview.tools.captures;

import org.jspecify.annotations.NullMarked;
