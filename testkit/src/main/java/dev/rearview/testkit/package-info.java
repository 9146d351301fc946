/// What tests of commands share: a bench that runs them, a site and its flows.
@NullMarked
package dev.rearview.testkit;

import org.jspecify.annotations.NullMarked;
