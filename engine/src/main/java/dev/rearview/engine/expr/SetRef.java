package dev.rearview.engine.expr;

import dev.rearview.model.Ip;
import dev.rearview.text.IpFormat;
import dev.rearview.text.IpRange;
import java.util.List;

/// Which set of addresses is meant.
public sealed interface SetRef {
    /// What it says, for a person.
    String text();

    /// A set in a file; [dev.rearview.engine.filter.References] opens it.
    ///
    /// @param path as the user spelt it
    record File(String path) implements SetRef {
        @Override
        public String text() {
            return "the set " + path;
        }
    }

    /// What an expression over the catalogue of addresses is true of;
    /// [dev.rearview.engine.filter.References] asks the catalogue.
    ///
    /// @param expression as the user spelt it
    record Catalogued(String expression) implements SetRef {
        @Override
        public String text() {
            return "the catalogued addresses " + expression;
        }
    }

    /// Ranges that were spelt out.
    record Ranges(List<IpRange> ranges) implements SetRef {
        public Ranges {
            ranges = List.copyOf(ranges);
        }

        @Override
        public String text() {
            return String.join(",", ranges.stream().map(Ranges::text).toList());
        }

        private static String text(IpRange r) {
            boolean v6 = !Ip.isMapped(r.loHi(), r.loLo());
            String low = IpFormat.CANONICAL.format(r.loHi(), r.loLo(), v6);
            String high = IpFormat.CANONICAL.format(r.hiHi(), r.hiLo(), v6);
            return low.equals(high) ? low : low + "-" + high;
        }
    }
}
