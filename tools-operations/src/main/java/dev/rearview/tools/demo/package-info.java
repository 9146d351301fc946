/// `rearview demo`: a collector, generated traffic and questions, on loopback.
@NullMarked
package dev.rearview.tools.demo;

import org.jspecify.annotations.NullMarked;
