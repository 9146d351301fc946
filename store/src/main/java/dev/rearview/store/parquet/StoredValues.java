package dev.rearview.store.parquet;

import dev.rearview.model.AddressDictionary;
import dev.rearview.model.Ip;
import dev.rearview.model.LongDictionary;
import dev.rearview.store.parquet.encoding.Ladder;
import java.nio.ByteBuffer;

/// Dictionaries that are read where they lie.
final class StoredValues {
    private StoredValues() {}

    /// Unsigned 32-bit values.
    record Ints(ByteBuffer data, int size) implements LongDictionary {
        @Override
        public long get(int code) {
            return data.getInt(code * 4) & 0xFFFF_FFFFL;
        }

        @Override
        public void copy(long[] into) {
            for (int i = 0; i < size; i++) {
                into[i] = data.getInt(i * 4) & 0xFFFF_FFFFL;
            }
        }
    }

    /// 64-bit values.
    ///
    /// @param unit that each one is multiplied by
    record Longs(ByteBuffer data, int size, long unit) implements LongDictionary {
        @Override
        public long get(int code) {
            return data.getLong(code * 8) * unit;
        }

        @Override
        public void copy(long[] into) {
            data.asLongBuffer().get(0, into, 0, size);
            if (unit != 1) {
                for (int i = 0; i < size; i++) {
                    into[i] *= unit;
                }
            }
        }
    }

    /// Addresses of sixteen octets.
    ///
    /// @param data big-endian
    record Addresses(ByteBuffer data, int size, boolean isIpv4) implements AddressDictionary {
        @Override
        public long hi(int code) {
            return data.getLong(code * 16);
        }

        @Override
        public long lo(int code) {
            return data.getLong(code * 16 + 8);
        }
    }

    /// IPv4 addresses packed as a [Ladder].
    ///
    /// @param data big-endian
    record Packed(ByteBuffer data, int size) implements AddressDictionary {
        @Override
        public long hi(int code) {
            return 0;
        }

        @Override
        public long lo(int code) {
            return Ip.mapped(Ladder.bits(data, code, size));
        }

        @Override
        public boolean isIpv4() {
            return true;
        }

        @Override
        public int inBlocks(long[] blocks, int[] codes) {
            byte[] octets = new byte[data.capacity()];
            data.get(0, octets);
            return Ladder.inBlocks(octets, size, blocks, codes);
        }
    }
}
