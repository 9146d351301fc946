/// `rwipaimport` and `rwipaexport`: dated sets, bags and prefix maps into a database and back.
@NullMarked
package dev.rearview.tools.ipa;

import org.jspecify.annotations.NullMarked;
