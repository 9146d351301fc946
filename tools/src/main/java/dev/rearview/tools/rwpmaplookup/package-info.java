/// `rwpmaplookup`: what a prefix map says of addresses, or of protocols and ports.
@NullMarked
package dev.rearview.tools.rwpmaplookup;

import org.jspecify.annotations.NullMarked;
