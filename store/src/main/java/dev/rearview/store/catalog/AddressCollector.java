package dev.rearview.store.catalog;

import dev.rearview.model.Ip;
import dev.rearview.sets.IpSet;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects the addresses of all files of a directory for its catalog, as [DirectoryAddresses]
/// reads them. Of directories with too many it keeps none.
final class AddressCollector {
    /// Addresses of all files, some of them in several: as a set they take 32 MiB and a little.
    private static final int MOST = 1 << 24;

    private IpSet.@Nullable Builder ipv4 = new IpSet.Builder();
    private long expected;
    private boolean hasOthers;
    private final List<AddressBlock> blocks = new ArrayList<>();
    private final ByteArrayOutputStream bodies = new ByteArrayOutputStream();

    /// Told how many addresses a file may have, before they come.
    void expect(int count) {
        expected += count;
        if (expected > MOST) {
            ipv4 = null;
        }
    }

    void add(long hi, long lo) {
        if (!Ip.isMapped(hi, lo)) {
            hasOthers = true;
        } else if (ipv4 != null) {
            ipv4.add(hi, lo);
        }
    }

    /// Told that all addresses have come.
    void finish() {
        if (ipv4 == null) {
            return;
        }
        long[] addresses = new long[AddressBlock.MOST];
        int[] count = {0};
        ipv4.build()
                .forEachRange((loHi, loLo, hiHi, hiLo) -> {
                    for (long a = loLo & 0xFFFF_FFFFL; a <= (hiLo & 0xFFFF_FFFFL); a++) {
                        addresses[count[0]++] = a;
                        if (count[0] == addresses.length) {
                            block(addresses, count[0]);
                            count[0] = 0;
                        }
                    }
                });
        if (count[0] > 0) {
            block(addresses, count[0]);
        }
    }

    private void block(long[] addresses, int count) {
        blocks.add(AddressBlock.of(addresses, count, bodies.size(), bodies));
    }

    /// Octets that [#write] writes.
    int length() {
        return 1 + 4 + blocks.size() * AddressBlock.ENTRY;
    }

    /// Writes where the addresses lie.
    ///
    /// @param at where the bodies will
    void write(DataOutputStream out, long at) throws IOException {
        out.writeByte(ipv4 == null ? 0 : hasOthers ? 2 : 1);
        out.writeInt(blocks.size());
        ByteBuffer entries = ByteBuffer.allocate(blocks.size() * AddressBlock.ENTRY);
        for (AddressBlock b : blocks) {
            b.write(entries, at);
        }
        out.write(entries.array());
    }

    byte[] bodies() {
        return bodies.toByteArray();
    }
}
