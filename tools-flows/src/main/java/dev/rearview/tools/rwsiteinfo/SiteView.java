package dev.rearview.tools.rwsiteinfo;

import dev.rearview.site.FlowClass;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import java.util.Collection;
import java.util.List;

/// What is shown of a site at a place: what the restrictions leave and what stands to the left has.
final class SiteView {
    private final Site site;
    private final Restrictions wanted;

    SiteView(Site site, Restrictions wanted) {
        this.site = site;
        this.wanted = wanted;
    }

    Site site() {
        return site;
    }

    boolean shows(FlowClass c) {
        return wanted.shows(c);
    }

    /// Whether a field to the left shows something that no class has.
    boolean isNowhere(Place at) {
        return at.sensor().map(s -> site.classesOf(s).isEmpty()).orElse(false)
                || at.group().map(g -> members(g).isEmpty()).orElse(false);
    }

    /// Whether a class has the sensor, or a sensor of the group, that stands to the left.
    boolean holds(FlowClass c, Place at) {
        return at.sensor().map(c.sensors()::contains).orElse(true)
                && at.group()
                        .map(g ->
                                members(g).stream()
                                        .anyMatch(s -> wanted.has(s) && c.sensors().contains(s)))
                        .orElse(true);
    }

    /// Whether a type is wanted, and its class has what stands to the left.
    boolean isShown(Flowtype t, Place at) {
        return wanted.shows(t)
                && site.flowClass(t.className()).filter(c -> holds(c, at)).isPresent();
    }

    /// The sensors of the class or group that stands next to the left, in its order, otherwise all
    /// by number.
    Collection<Sensor> ordered(Place at) {
        if (!at.bound().isEmpty() && at.bound().getLast() == Place.Kind.GROUP
                || at.flowClass().isEmpty() && at.group().isPresent()) {
            return members(at.group().orElse(""));
        }
        return at.flowClass()
                .map(FlowClass::sensors)
                .<Collection<Sensor>>map(l -> l)
                .orElse(site.sensors());
    }

    /// Whether a sensor is wanted, and what stands to the left has it.
    boolean isShown(Sensor s, Place at) {
        return wanted.shows(s)
                && at.sensor().map(s::equals).orElse(true)
                && at.flowClass().map(c -> c.sensors().contains(s)).orElse(true)
                && at.group().map(g -> members(g).contains(s)).orElse(true);
    }

    /// The groups that are shown.
    List<String> groups(Place at) {
        return site.groups().keySet().stream()
                .filter(wanted::hasGroup)
                .filter(g -> isShown(g, at))
                .toList();
    }

    private boolean isShown(String group, Place at) {
        boolean open = at.bound().isEmpty() && !wanted.isLimited();
        return open
                || members(group).isEmpty() && at.bound().isEmpty() && wanted.isGroupNamed(group)
                || members(group).stream()
                        .anyMatch(s ->
                                wanted.shows(s)
                                        && at.sensor().map(s::equals).orElse(true)
                                        && at.flowClass()
                                                .map(c -> c.sensors().contains(s))
                                                .orElse(true));
    }

    /// The sensors of a group.
    List<Sensor> members(String group) {
        return site.groups().getOrDefault(group, List.of());
    }
}
