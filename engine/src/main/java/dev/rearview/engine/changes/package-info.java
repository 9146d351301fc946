/// What has changed between two windows of time: the same question asked of both, key by key.
@NullMarked
package dev.rearview.engine.changes;

import org.jspecify.annotations.NullMarked;
