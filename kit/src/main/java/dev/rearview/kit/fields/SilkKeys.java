package dev.rearview.kit.fields;

import dev.rearview.engine.KeyField;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.site.FlowClass;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Site;
import java.util.Arrays;

/// Fields of flow records that only aggregate bags have as keys.
public final class SilkKeys {
    private SilkKeys() {}

    /// The number of class and type together.
    public static KeyField flowtype() {
        return new SilkFields.TypeField();
    }

    /// The first number of the class that flows have: one for all its types.
    public static KeyField flowClass(Site site) {
        return new ClassNumber(site);
    }

    private static final class ClassNumber implements KeyField {
        private final int[] first = new int[1 << 8];

        ClassNumber(Site site) {
            Arrays.setAll(first, i -> i);
            for (FlowClass c : site.classes()) {
                int lowest = c.types().stream().mapToInt(Flowtype::id).min().orElse(0);
                for (Flowtype t : c.types()) {
                    first[t.id()] = lowest;
                }
            }
        }

        @Override
        public int words() {
            return 1;
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            long[] flowtypes = batch.values(Field.FLOWTYPE);
            for (int i = 0; i < batch.size(); i++) {
                out[at][i] = first[(int) flowtypes[i]];
            }
        }
    }

    /// The type of ICMP flows, 0 for others.
    public static KeyField icmpType() {
        return new SilkFields.IcmpField("", 8).sortKey();
    }

    /// The code of ICMP flows, 0 for others.
    public static KeyField icmpCode() {
        return new SilkFields.IcmpField("", 0).sortKey();
    }
}
