package dev.rearview.silk;

/// Why a layout cannot hold a flow.
public enum Misfit {
    /// It can.
    NONE("fits"),
    IPV6("an IPv6 flow in a format for IPv4"),
    PROTOCOL("not TCP in a format for the web"),
    START("starts outside of the file's time"),
    DURATION("lasts too long for the format"),
    SENSOR("a sensor number too large for the format"),
    INTERFACE("an interface number too large for the format"),
    NO_PACKETS("no packets"),
    FEW_OCTETS("fewer bytes than packets"),
    MANY_PACKETS("too many packets for the format"),
    LARGE_PACKETS("too many bytes per packet for the format");

    private final String text;

    Misfit(String text) {
        this.text = text;
    }

    /// What it says to a person.
    public String text() {
        return text;
    }

    /// This reason, or another where there is none.
    public Misfit or(Misfit other) {
        return this == NONE ? other : this;
    }
}
