package dev.rearview.tools.rwsiteinfo;

import dev.rearview.site.FlowClass;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the loops have come to. A loop that has been entered may have nothing to show: that is an
/// empty part whose kind is bound.
record Place(
        List<Kind> bound,
        Optional<FlowClass> flowClass,
        Optional<Flowtype> type,
        Optional<Sensor> sensor,
        Optional<String> group) {
    /// What a loop is over. [#LISTING] is over classes that no field asks for: default types are
    /// listed for one class at a time.
    enum Kind {
        CLASS,
        TYPE,
        SENSOR,
        GROUP,
        LISTING
    }

    static final Place NOWHERE =
            new Place(
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    private List<Kind> and(Kind k) {
        List<Kind> more = new ArrayList<>(bound);
        more.add(k);
        return more;
    }

    Place inClass(Kind as, Optional<FlowClass> c) {
        return new Place(and(as), c, type, sensor, group);
    }

    Place ofType(Optional<Flowtype> t, Optional<FlowClass> c) {
        return new Place(and(Kind.TYPE), c.or(() -> flowClass), t, sensor, group);
    }

    Place atSensor(Optional<Sensor> s) {
        return new Place(and(Kind.SENSOR), flowClass, type, s, group);
    }

    Place inGroup(String g) {
        return new Place(and(Kind.GROUP), flowClass, type, sensor, Optional.of(g));
    }

    boolean has(Kind k) {
        return bound.contains(k);
    }

    boolean hasClass() {
        return has(Kind.CLASS) || has(Kind.TYPE);
    }
}
