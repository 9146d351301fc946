package dev.rearview.tools.rwidsquery;

import dev.rearview.sets.IpSet;
import java.util.Optional;

/// A switch of `rwfilter` that an alert or a rule comes to.
///
/// @param name of the switch
/// @param value of the switch; empty where it is the name of a file with `set`
record Criterion(String name, String value, Optional<IpSet> set) {
    Criterion(String name, String value) {
        this(name, value, Optional.empty());
    }

    /// Addresses that are too many for a switch.
    ///
    /// @param name that of the switch for one block
    static Criterion ofSet(String name, IpSet set) {
        return new Criterion(name, "", Optional.of(set));
    }

    /// The name of the switch that takes the set.
    String setName() {
        return switch (name) {
            case "saddress" -> "sipset";
            case "daddress" -> "dipset";
            default -> "anyset";
        };
    }

    /// Whether a word of `--mask` means it.
    boolean isNamed(String word) {
        return word.equals(name) || set.isPresent() && word.equals(setName());
    }
}
