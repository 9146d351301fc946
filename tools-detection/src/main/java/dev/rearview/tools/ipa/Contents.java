package dev.rearview.tools.ipa;

import dev.rearview.catalogue.IpaStore;
import dev.rearview.model.Ip;
import dev.rearview.model.MalformedInputException;
import dev.rearview.sets.BagType;
import dev.rearview.sets.CountryCode;
import dev.rearview.sets.IpSet;
import dev.rearview.sets.PrefixMap;
import dev.rearview.sets.PrefixMapBuilder;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkFormat;
import dev.rearview.silk.structure.BagFile;
import dev.rearview.silk.structure.IpSetFile;
import dev.rearview.silk.structure.PrefixMapFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;

/// What SiLK's files hold, as entries of the catalogue, and back.
final class Contents {
    private Contents() {}

    /// A file as the catalogue takes it.
    ///
    /// @param detail what its kind needs besides the entries
    record Loaded(IpaStore.Kind kind, String detail, IpaStore.Content content) {}

    /// The type of a bag's keys and counters, and how wide its keys are.
    record Bag(BagType key, BagType counter, boolean isWide) {
        String detail() {
            return key.id() + " " + counter.id() + " " + (isWide ? 16 : 4);
        }

        static Bag of(String detail) {
            String[] words = detail.split(" ", -1);
            if (words.length != 3) {
                throw new IllegalArgumentException("'" + detail + "' describes no bag");
            }
            return new Bag(type(words[0]), type(words[1]), words[2].equals("16"));
        }

        private static BagType type(String id) {
            return BagType.of(Integer.parseInt(id)).orElse(BagType.CUSTOM);
        }
    }

    /// Reads a file, whichever of the three it is.
    static Loaded load(SilkFile file) throws IOException {
        if (file.header().isFormat(SilkFormat.FT_RWBAG)) {
            return bag(file);
        }
        if (file.header().isFormat(SilkFormat.FT_PREFIXMAP)) {
            return map(file);
        }
        IpSet set = IpSetFile.read(file);
        return new Loaded(
                IpaStore.Kind.SET,
                "",
                out ->
                        set.forEachRange((loHi, loLo, hiHi, hiLo) ->
                                out.add(
                                        new IpaStore.Entry(
                                                loHi, loLo, hiHi, hiLo, 0, Optional.empty()))));
    }

    private static Loaded bag(SilkFile file) throws IOException {
        BagFile.Reader reader = new BagFile.Reader(file);
        if (!reader.keyType().mayBeIp()) {
            throw new MalformedInputException(
                    file.name(),
                    -1,
                    "",
                    "a bag of " + reader.keyType().label() + ", and the catalogue is of addresses");
        }
        Bag bag = new Bag(reader.keyType(), reader.counterType(), reader.isWide());
        return new Loaded(
                IpaStore.Kind.BAG,
                bag.detail(),
                out -> {
                    long[] row = new long[3];
                    while (reader.next(row)) {
                        out.add(
                                new IpaStore.Entry(
                                        row[0], row[1], row[0], row[1], row[2], Optional.empty()));
                    }
                });
    }

    private static Loaded map(SilkFile file) throws IOException {
        PrefixMap map = PrefixMapFile.read(file);
        if (map.kind() == PrefixMap.Kind.PROTO_PORT) {
            throw new MalformedInputException(
                    file.name(), -1, "", "a map of ports, and the catalogue is of addresses");
        }
        return new Loaded(
                IpaStore.Kind.MAP,
                map.kind().name().toLowerCase(Locale.ROOT),
                out -> leaves(map, out));
    }

    /// All blocks that the map knows.
    private static void leaves(PrefixMap map, IpaStore.Entries out) throws IOException {
        try {
            map.forEachLeaf((hi, lo, length, value) -> {
                if (value == PrefixMap.NO_VALUE) {
                    return;
                }
                try {
                    out.add(leaf(map, hi, lo, length, value));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause() == null ? new IOException(e) : e.getCause();
        }
    }

    private static IpaStore.Entry leaf(PrefixMap map, long hi, long lo, int length, int value) {
        Optional<String> label = Optional.of(map.label(value));
        if (!map.kind().isV6()) {
            long low = Ip.mapped((int) (hi >>> 32));
            long high = low | ~Ip.maskLo(96 + length);
            return new IpaStore.Entry(0, low, 0, high, 0, label);
        }
        return new IpaStore.Entry(
                hi, lo, hi | ~Ip.maskHi(length), lo | ~Ip.maskLo(length), 0, label);
    }

    /// Builds a prefix map of entries.
    static final class MapMaker implements IpaStore.Entries {
        private final PrefixMapBuilder builder;

        MapMaker(String detail) {
            PrefixMap.Kind kind = PrefixMap.Kind.valueOf(detail.toUpperCase(Locale.ROOT));
            if (kind == PrefixMap.Kind.PROTO_PORT) {
                throw new IllegalArgumentException("'" + detail + "' is no map of addresses");
            }
            this.builder = new PrefixMapBuilder(kind);
        }

        @Override
        public void add(IpaStore.Entry e) {
            String label = e.label().orElse("");
            int value =
                    builder.kind().isCountry() ? CountryCode.parse(label) : builder.label(label);
            if (builder.kind().isV6()) {
                builder.put(e.loHi(), e.loLo(), e.hiHi(), e.hiLo(), value);
            } else {
                builder.put(e.loLo() & 0xFFFF_FFFFL, e.hiLo() & 0xFFFF_FFFFL, value);
            }
        }

        PrefixMap map(String name) {
            return builder.build(name);
        }
    }
}
