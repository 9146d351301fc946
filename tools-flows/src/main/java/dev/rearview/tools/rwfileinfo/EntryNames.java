package dev.rearview.tools.rwfileinfo;

import dev.rearview.sets.AggregateField;
import dev.rearview.sets.BagType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Names of the keys and counters of bags and aggregate bags, as header entries number them.
final class EntryNames {

    private EntryNames() {}

    static String bag(ByteBuffer b) {
        return "key: "
                + bagName(b.getShort(0))
                + " @ "
                + b.getShort(2)
                + " octets; counter: "
                + bagName(b.getShort(4))
                + " @ "
                + b.getShort(6)
                + " octets";
    }

    private static String bagName(int id) {
        return BagType.of(id).map(BagType::label).orElse("?" + id);
    }

    static String aggregateBag(ByteBuffer b) {
        int fields = b.getShort(4);
        int keys = b.getShort(6);
        List<String> key = new ArrayList<>();
        List<String> counter = new ArrayList<>();
        for (int i = 0; i < fields && 8 + i * 2 + 2 <= b.capacity(); i++) {
            int id = b.getShort(8 + i * 2) & 0xFFFF;
            (i < keys ? key : counter).add(aggregateName(id));
        }
        return "key: " + String.join(",", key) + "; counter: " + String.join(",", counter);
    }

    private static String aggregateName(int id) {
        return AggregateField.of(id).map(AggregateField::label).orElse("?" + id);
    }
}
