package dev.rearview.kit.fields;

import dev.rearview.kit.options.ToolException;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Ip;

/// The first bits of an IPv4 address as a key.
final class PrefixField extends PrintField {
    private final PrintField address;
    private final long mask;

    /// @param bits 1-32
    PrefixField(PrintField address, int bits) {
        super(address.id(), address.name());
        this.address = address;
        this.mask = -1L << 32 - bits;
    }

    @Override
    public int words() {
        return 2;
    }

    @Override
    public void evaluate(FlowBatch batch, long[][] out, int at) {
        address.evaluate(batch, out, at);
        for (int i = 0; i < batch.size(); i++) {
            if (!Ip.isMapped(out[at][i], out[at + 1][i])) {
                throw ToolException.failure(
                        "an IPv6 address has no IPv4 prefix; leave out its length, or the flow"
                                + " with --ipv6-policy");
            }
            out[at + 1][i] &= mask;
        }
    }

    @Override
    public int width(FieldStyle style) {
        return address.width(style);
    }

    @Override
    public boolean isNumeric(FieldStyle style) {
        return address.isNumeric(style);
    }

    @Override
    public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
        address.print(hi, lo, v6, style, out);
    }
}
