package dev.rearview.engine.expr;

/// How the values of a field are shown, and so what they are.
public enum Look {
    /// An unsigned number.
    NUMBER,
    /// An unsigned number; 0 says that it is not known.
    NUMBER_IF_KNOWN,
    /// A number, or [FlowField#ABSENT].
    NUMBER_IF_PRESENT,
    /// The bits of a double with three decimals.
    RATE,
    /// A number, perhaps negative, as [Expr.Ordered] has it.
    SIGNED,
    /// A double with three decimals as [Expr.Ordered] has it.
    DECIMAL,
    /// An address, IPv4 unless its flow is of IPv6.
    ADDRESS,
    /// An address whose own words say of which family it is.
    ADDRESS_AS_IT_IS,
    /// TCP flags.
    FLAGS,
    /// Letters of [dev.rearview.model.Attributes].
    ATTRIBUTES,
    /// Milliseconds since 1970.
    TIME,
    /// The same with milliseconds whatever else is said.
    TIME_WITH_MILLISECONDS,
    /// Milliseconds.
    DURATION,
    /// The same with milliseconds whatever else is said.
    DURATION_WITH_MILLISECONDS,
    /// Number of a sensor.
    SENSOR,
    /// Number of a class and type, of which the class is shown.
    CLASS,
    /// Number of a class and type, of which the type is shown.
    TYPE,
    /// What a prefix map gives.
    LABEL,
    /// What the map of countries gives.
    COUNTRY,
    /// What the map of address types gives.
    ADDRESS_TYPE,
    /// rwmatch's number of a pair, 24 bits, with the direction above.
    MATCH
}
