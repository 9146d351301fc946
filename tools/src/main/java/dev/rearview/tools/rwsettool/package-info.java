/// `rwsettool`: one IP set made of others.
@NullMarked
package dev.rearview.tools.rwsettool;

import org.jspecify.annotations.NullMarked;
