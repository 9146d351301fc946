package dev.rearview.engine.filter;

import dev.rearview.model.Field;
import dev.rearview.model.Ip;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// The kernel of an expression of two words.
abstract class Address {
    private final Set<Field> fields;

    Address(Set<Field> fields) {
        this.fields = fields;
    }

    final Set<Field> fields() {
        return fields;
    }

    /// The stored field whose values these are.
    Optional<Field> stored() {
        return Optional.empty();
    }

    /// Puts the words of a block's rows into `hi[at]`, `lo[at]` and behind.
    abstract void fill(Block b, long[] hi, long[] lo, int at);

    static final class Stored extends Address {
        private final Field field;

        Stored(Field field) {
            super(EnumSet.of(field));
            this.field = field;
        }

        @Override
        Optional<Field> stored() {
            return Optional.of(field);
        }

        @Override
        void fill(Block b, long[] hi, long[] lo, int at) {
            System.arraycopy(b.hi(field), b.from(), hi, at, b.size());
            System.arraycopy(b.lo(field), b.from(), lo, at, b.size());
        }
    }

    /// The first bits of an IPv4 address.
    static final class Prefix extends Address {
        private final Address address;
        private final long mask;

        Prefix(Address address, int length) {
            super(address.fields());
            this.address = address;
            this.mask = Ip.maskLo(96 + length);
        }

        @Override
        void fill(Block b, long[] hi, long[] lo, int at) {
            address.fill(b, hi, lo, at);
            for (int i = 0; i < b.size(); i++) {
                if (!Ip.isMapped(hi[at + i], lo[at + i])) {
                    throw new UncheckedIOException(
                            new IOException(
                                    "an IPv6 address has no IPv4 prefix; leave out its length, or"
                                            + " the flow with --ipv6-policy"));
                }
                lo[at + i] &= mask;
            }
        }
    }

    /// Source or destination, by the flow's type.
    static final class Side extends Address {
        private final BitSet source;
        private final BitSet destination;

        Side(BitSet source, BitSet destination) {
            super(EnumSet.of(Field.SIP, Field.DIP, Field.FLOWTYPE));
            this.source = source;
            this.destination = destination;
        }

        @Override
        void fill(Block b, long[] hi, long[] lo, int at) {
            long[] type = b.values(Field.FLOWTYPE);
            long[] sipHi = b.hi(Field.SIP);
            long[] sipLo = b.lo(Field.SIP);
            long[] dipHi = b.hi(Field.DIP);
            long[] dipLo = b.lo(Field.DIP);
            for (int i = 0; i < b.size(); i++) {
                int row = b.from() + i;
                boolean isSource = source.get((int) type[row]);
                boolean isDestination = !isSource && destination.get((int) type[row]);
                hi[at + i] = isSource ? sipHi[row] : isDestination ? dipHi[row] : 0;
                lo[at + i] = isSource ? sipLo[row] : isDestination ? dipLo[row] : Ip.MAPPED;
            }
        }
    }

    /// The first bits of an address.
    static final class Network extends Address {
        private final Address address;
        private final long mask;
        private final long maskHi;
        private final long maskLo;

        Network(Address address, int length, int lengthV6) {
            super(address.fields());
            this.address = address;
            this.mask = Ip.maskLo(96 + length);
            this.maskHi = Ip.maskHi(lengthV6);
            this.maskLo = Ip.maskLo(lengthV6);
        }

        @Override
        void fill(Block b, long[] hi, long[] lo, int at) {
            address.fill(b, hi, lo, at);
            for (int i = at; i < at + b.size(); i++) {
                if (Ip.isMapped(hi[i], lo[i])) {
                    lo[i] &= mask;
                } else {
                    hi[i] &= maskHi;
                    lo[i] &= maskLo;
                }
            }
        }
    }
}
