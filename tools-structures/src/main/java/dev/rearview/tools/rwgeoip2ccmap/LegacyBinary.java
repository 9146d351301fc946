package dev.rearview.tools.rwgeoip2ccmap;

import dev.rearview.model.Ip;
import dev.rearview.model.MalformedInputException;
import dev.rearview.sets.CountryCode;

/// The legacy GeoIP country database: a binary trie of 3-octet records whose leaves are country
/// numbers.
final class LegacyBinary implements CountrySource {
    private static final int COUNTRY_BEGIN = 16_776_960;
    private static final int EDITION_COUNTRY_V6 = 12;
    private static final int STRUCTURE_INFO = 20;

    /// Octets of a node.
    private static final int NODE = 6;

    private static final String[] COUNTRIES =
            ("-- ap eu ad ae af ag ai al am cw ao aq ar as at au aw az ba bb bd be bf bg bh bi bj bm bn"
                            + " bo br bs bt bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cx"
                            + " cy cz de dj dk dm do dz ec ee eg eh er es et fi fj fk fm fo fr sx ga gb"
                            + " gd ge gf gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie"
                            + " il in io iq ir is it jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc"
                            + " li lk lr ls lt lu lv ly ma mc md mg mh mk ml mm mn mo mp mq mr ms mt mu"
                            + " mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk"
                            + " pl pm pn pr ps pt pw py qa re ro ru rw sa sb sc sd se sg sh si sj sk sl"
                            + " sm sn so sr st sv sy sz tc td tf tg th tj tk tm tn to tl tr tt tv tw tz"
                            + " ua ug um us uy uz va vc ve vg vi vn vu wf ws ye yt rs za zm me zw a1 a2"
                            + " o1 ax gg im je bl mf bq ss o1")
                    .split(" ");

    private final byte[] data;
    private final String name;
    private final boolean v6;
    private final boolean[] entered;

    /// @param name for messages
    LegacyBinary(byte[] data, String name) {
        this.data = data;
        this.name = name;
        this.entered = new boolean[data.length / NODE];
        this.v6 = edition(data) == EDITION_COUNTRY_V6;
    }

    boolean isV6() {
        return v6;
    }

    /// The edition behind the marker FF FF FF near the end of the file, 1 if there is none.
    private static int edition(byte[] data) {
        for (int i = data.length - 3, n = 0; i >= 0 && n < STRUCTURE_INFO; i--, n++) {
            if (data[i] == -1 && data[i + 1] == -1 && data[i + 2] == -1 && i + 3 < data.length) {
                int edition = data[i + 3] & 0xFF;
                return edition >= 106 ? edition - 105 : edition;
            }
        }
        return 1;
    }

    @Override
    public void forEach(RangeConsumer out) throws MalformedInputException {
        walk(0, 0, 0, 0, out);
    }

    private void walk(int node, long hi, long lo, int depth, RangeConsumer out)
            throws MalformedInputException {
        if (node >= COUNTRY_BEGIN) {
            leaf(node - COUNTRY_BEGIN, hi, lo, depth, out);
            return;
        }
        int bits = v6 ? 128 : 32;
        if (depth >= bits || node >= entered.length || entered[node]) {
            throw new MalformedInputException(
                    name, (long) node * NODE, "node " + node, "is out of place");
        }
        entered[node] = true;
        for (int side = 0; side < 2; side++) {
            int at = node * NODE + side * 3;
            int child = data[at] & 0xFF | (data[at + 1] & 0xFF) << 8 | (data[at + 2] & 0xFF) << 16;
            long bit = side;
            int shift = bits - 1 - depth;
            walk(
                    child,
                    shift >= 64 ? hi | bit << (shift - 64) : hi,
                    shift < 64 ? lo | bit << shift : lo,
                    depth + 1,
                    out);
        }
    }

    private void leaf(int country, long hi, long lo, int depth, RangeConsumer out) {
        if (country == 0 || country >= COUNTRIES.length) {
            return;
        }
        int free = (v6 ? 128 : 32) - depth;
        long endHi = hi | ~Ip.maskHi(128 - free);
        long endLo = lo | ~Ip.maskLo(128 - free);
        long base = v6 ? 0 : Ip.MAPPED;
        out.range(hi, lo | base, endHi, endLo | base, CountryCode.parse(COUNTRIES[country]));
    }
}
