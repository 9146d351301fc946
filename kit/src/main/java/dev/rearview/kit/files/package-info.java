/// Files that are not flows, in and out: names, standard streams, compression, whole or not at all.
@NullMarked
package dev.rearview.kit.files;

import org.jspecify.annotations.NullMarked;
