/// Fields that commands print, sort and group by: SiLK's, those of prefix maps, and those of the
/// plug-ins that are built in.
@NullMarked
package dev.rearview.kit.fields;

import org.jspecify.annotations.NullMarked;
