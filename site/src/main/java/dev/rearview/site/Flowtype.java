package dev.rearview.site;

/// A class/type pair of silk.conf.
///
/// @param id 0 to 254
/// @param name the flowtype name that appears in file names
/// @param type name of the type within its class
/// @param className name of its class
public record Flowtype(int id, String name, String type, String className) {
    // Written out: what the compiler puts here makes classes at its first use, for 10 ms.
    @Override
    public boolean equals(Object o) {
        return o instanceof Flowtype f
                && f.id == id
                && f.name.equals(name)
                && f.type.equals(type)
                && f.className.equals(className);
    }

    @Override
    public int hashCode() {
        return id;
    }
}
