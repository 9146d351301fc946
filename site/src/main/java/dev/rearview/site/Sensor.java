package dev.rearview.site;

/// A sensor of silk.conf.
///
/// @param id 0 to 65534
/// @param description empty if none
public record Sensor(int id, String name, String description) {
    // Written out: what the compiler puts here makes classes at its first use, for 10 ms.
    @Override
    public boolean equals(Object o) {
        return o instanceof Sensor s
                && s.id == id
                && s.name.equals(name)
                && s.description.equals(description);
    }

    @Override
    public int hashCode() {
        return id;
    }
}
