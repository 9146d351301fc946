package dev.rearview.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.Ip;
import dev.rearview.sets.IpSet;
import dev.rearview.store.disk.MappedFile;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The addresses of a directory as a catalog has them, against a sorted set.
class DirectoryAddressesTest {
    private static final int BODIES_AT = 7;

    @TempDir Path temporary;
    private byte[] bodies = {};
    private byte[] entries = {};

    private DirectoryAddresses read(AddressCollector collector) throws IOException {
        collector.finish();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        collector.write(new DataOutputStream(out), BODIES_AT);
        assertThat(out.size()).isEqualTo(collector.length());
        entries = out.toByteArray();
        bodies = collector.bodies();
        return read();
    }

    private DirectoryAddresses read() throws IOException {
        return Objects.requireNonNull(DirectoryAddresses.read(file(), ByteBuffer.wrap(entries)));
    }

    private MappedFile file() throws IOException {
        Path file = Files.createTempFile(temporary, "bodies", "");
        byte[] octets = new byte[BODIES_AT + bodies.length];
        System.arraycopy(bodies, 0, octets, BODIES_AT, bodies.length);
        Files.write(file, octets);
        return MappedFile.open(file);
    }

    private DirectoryAddresses of(Iterable<Long> addresses) throws IOException {
        AddressCollector collector = new AddressCollector();
        for (long a : addresses) {
            collector.add(0, Ip.mapped((int) a));
        }
        return read(collector);
    }

    /// Addresses that lie less than two to the `bits` above one.
    private static TreeSet<Long> random(int count, int bits, long base, Random random) {
        TreeSet<Long> out = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            out.add(base + random.nextLong(1L << bits) & 0xFFFF_FFFFL);
        }
        return out;
    }

    @ParameterizedTest
    @CsvSource({
        "1, 32, 0",
        "300, 32, 0",
        "20000, 32, 0",
        "20000, 24, 167772160",
        "20000, 15, 3232235520",
        "9000, 13, 4294959104",
        "4096, 8, 0"
    })
    void rangesAreFoundAsInASortedSet(int count, int bits, long base) throws IOException {
        Random random = new Random(count + bits);
        TreeSet<Long> all = random(count, bits, base, random);
        DirectoryAddresses addresses = of(all);
        assertThat(addresses.isGood()).isTrue();
        assertThat(addresses.hasOthers()).isFalse();
        for (int i = 0; i < 3000; i++) {
            long low = (base + random.nextLong(1L << bits)) & 0xFFFF_FFFFL;
            long high = Math.min(0xFFFF_FFFFL, low + random.nextInt(1 << bits / 2));
            assertThat(addresses.mayHold((int) low, (int) high))
                    .as("%d to %d", low, high)
                    .isEqualTo(!all.subSet(low, true, high, true).isEmpty());
        }
        for (long a : all) {
            assertThat(addresses.mayHold((int) a, (int) a)).as("%d", a).isTrue();
        }
        assertThat(addresses.mayHold(0, -1)).isTrue();
    }

    @Test
    void whatIsSpreadOverAllAddressesTakesTwoOctetsEach() throws IOException {
        TreeSet<Long> all = random(100_000, 32, 0, new Random(3));
        of(all);
        assertThat((bodies.length + entries.length) / (double) all.size()).isLessThan(2.4);
        TreeSet<Long> dense = new TreeSet<>();
        for (long a = 0; a < 100_000; a++) {
            dense.add(0x0A00_0000 + a);
        }
        of(dense);
        assertThat((bodies.length + entries.length) / (double) dense.size()).isLessThan(0.4);
    }

    @Test
    void ofASetThoseThatAreHereAreFound() throws IOException {
        Random random = new Random(5);
        TreeSet<Long> all = random(30_000, 32, 0, random);
        DirectoryAddresses addresses = of(all);
        Long[] known = all.toArray(new Long[0]);
        for (int wanted : new int[] {0, 1, 100, 70_000}) {
            IpSet.Builder builder = new IpSet.Builder();
            TreeSet<Long> expected = new TreeSet<>();
            for (int i = 0; i < 200; i++) {
                long a = known[random.nextInt(known.length)];
                builder.add(0, Ip.mapped((int) a));
                expected.add(a);
            }
            for (int i = 0; i < wanted; i++) {
                long a = random.nextLong(1L << 32);
                if (!all.contains(a)) {
                    builder.add(0, Ip.mapped((int) a));
                }
            }
            assertThat(found(addresses, builder.build())).isEqualTo(expected);
        }
    }

    @Test
    void ofRangesAllThatAreHereAreFound() throws IOException {
        TreeSet<Long> all = random(5000, 24, 0x0A00_0000, new Random(6));
        DirectoryAddresses addresses = of(all);
        IpSet.Builder builder = new IpSet.Builder();
        builder.addRange(0, Ip.mapped(0), 0, Ip.mapped(0x0A00_FFFF));
        builder.addRange(0, Ip.mapped(0x0A80_0000), 0, Ip.mapped(0x0A80_FFFF));
        builder.addRange(0, Ip.mapped(0xF000_0000), 0, Ip.mapped(-1));
        TreeSet<Long> expected = new TreeSet<>(all.headSet(0x0A01_0000L));
        expected.addAll(all.subSet(0x0A80_0000L, 0x0A81_0000L));
        assertThat(found(addresses, builder.build())).isEqualTo(expected).isNotEmpty();
    }

    private static TreeSet<Long> found(DirectoryAddresses addresses, IpSet set) {
        TreeSet<Long> out = new TreeSet<>();
        for (int a : Objects.requireNonNull(addresses.found(set))) {
            out.add(a & 0xFFFF_FFFFL);
        }
        return out;
    }

    /// A set is looked for once, and so are others meanwhile.
    @Test
    void answersAreKept() throws IOException {
        DirectoryAddresses addresses = of(new TreeSet<>(Arrays.asList(1L, 5L, 9L)));
        IpSet[] sets = new IpSet[6];
        for (int i = 0; i < sets.length; i++) {
            IpSet.Builder builder = new IpSet.Builder();
            builder.add(0, Ip.mapped(5 * i));
            sets[i] = builder.build();
        }
        int[] first = addresses.found(sets[1]);
        assertThat(first).containsExactly(5);
        assertThat(addresses.found(sets[2])).isEmpty();
        assertThat(addresses.found(sets[1])).isSameAs(first);
        for (IpSet set : sets) {
            addresses.found(set);
        }
        assertThat(addresses.found(sets[1])).containsExactly(5);
    }

    @Test
    void tooManyAreNotCounted() throws IOException {
        TreeSet<Long> all = new TreeSet<>();
        for (long a = 0; a <= DirectoryAddresses.MOST_FOUND; a++) {
            all.add(1000 * a);
        }
        DirectoryAddresses addresses = of(all);
        IpSet.Builder builder = new IpSet.Builder();
        all.stream().skip(1).forEach(a -> builder.add(0, Ip.mapped((int) (long) a)));
        assertThat(addresses.found(builder.build())).hasSize(DirectoryAddresses.MOST_FOUND);
        IpSet.Builder whole = new IpSet.Builder();
        all.forEach(a -> whole.add(0, Ip.mapped((int) (long) a)));
        assertThat(addresses.found(whole.build())).isNull();
    }

    @Test
    void ofOtherAddressesItIsKnownThatThereAreSome() throws IOException {
        AddressCollector collector = new AddressCollector();
        collector.add(1, 2);
        DirectoryAddresses addresses = read(collector);
        assertThat(addresses.hasOthers()).isTrue();
        assertThat(addresses.mayHold(0, -1)).isFalse();
    }

    @Test
    void ofTooManyNothingIsKnown() throws IOException {
        AddressCollector collector = new AddressCollector();
        collector.add(0, Ip.mapped(1));
        collector.expect(1 << 24);
        collector.expect(1);
        collector.add(0, Ip.mapped(2));
        collector.finish();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        collector.write(new DataOutputStream(out), 0);
        assertThat(out.size()).isEqualTo(collector.length());
        assertThat(collector.bodies()).isEmpty();
        assertThat(DirectoryAddresses.read(file(), ByteBuffer.wrap(out.toByteArray()))).isNull();
    }

    /// What cannot be trusted excludes nothing.
    @ParameterizedTest
    @ValueSource(ints = {0, 5000, -1})
    void damageHidesNothing(int at) throws IOException {
        TreeSet<Long> all = random(8192, 32, 0, new Random(9));
        of(all);
        int place = at < 0 ? bodies.length + at : at;
        bodies[place] ^= 4;
        DirectoryAddresses addresses = read();
        assertThat(addresses.isGood()).isFalse();
        for (long a : all) {
            assertThat(addresses.mayHold((int) a, (int) a)).isTrue();
        }
        IpSet.Builder builder = new IpSet.Builder();
        all.forEach(a -> builder.add(0, Ip.mapped((int) (long) a)));
        assertThat(addresses.found(builder.build())).isNull();
    }

    @Test
    void entriesThatCannotBeAreRefused() throws IOException {
        of(random(5000, 32, 0, new Random(1)));
        byte[] whole = entries;
        Random random = new Random(2);
        for (int i = 0; i < 2000; i++) {
            entries = whole.clone();
            entries[random.nextInt(entries.length)] = (byte) random.nextInt();
            DirectoryAddresses addresses;
            try {
                addresses = DirectoryAddresses.read(file(), ByteBuffer.wrap(entries));
            } catch (RuntimeException e) {
                continue;
            }
            // Whatever is told, nothing escapes.
            if (addresses != null) {
                addresses.mayHold(random.nextInt(), -1);
            }
        }
        entries = Arrays.copyOf(whole, 20);
        assertThatThrownBy(this::read).isInstanceOf(RuntimeException.class);
    }
}
