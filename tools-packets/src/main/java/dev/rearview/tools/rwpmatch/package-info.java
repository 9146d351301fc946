/// `rwpmatch`: picks the packets of a capture that flows were made of.
@NullMarked
package dev.rearview.tools.rwpmatch;

import org.jspecify.annotations.NullMarked;
