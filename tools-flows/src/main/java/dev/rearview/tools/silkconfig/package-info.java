/// `silk_config`: what scripts ask of an installation of SiLK.
@NullMarked
package dev.rearview.tools.silkconfig;

import org.jspecify.annotations.NullMarked;
