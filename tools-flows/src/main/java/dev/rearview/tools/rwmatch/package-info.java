/// `rwmatch`: puts queries and the responses to them beside each other.
@NullMarked
package dev.rearview.tools.rwmatch;

import org.jspecify.annotations.NullMarked;
