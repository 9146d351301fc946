package dev.rearview.engine.language;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.expr.FlowField.Shape;
import dev.rearview.engine.expr.FlowFields;
import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.expr.Look;
import dev.rearview.engine.expr.MapRef;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.expr.Unit;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Text to tests and fields, and back.
///
/// This is what people write. [dev.rearview.engine.expr.RecordText] is what programs send each
/// other: all data has that text, and any of it, not only what is of flows.
public final class Language {
    private static final Expr ONE = new Expr.Constant(1);
    private static final Expr ZERO = new Expr.Constant(0);
    private static final Shape TEST = new Shape(Look.NUMBER, 5, 1, Unit.NONE);
    private static final Shape WHOLE = new Shape(Look.NUMBER, 15, 8, Unit.NONE);
    private static final Shape SIGNED = new Shape(Look.SIGNED, 15, 8, Unit.NONE);
    private static final Shape REAL = new Shape(Look.DECIMAL, 15, 8, Unit.NONE);

    private Language() {}

    /// The test that a text says.
    ///
    /// @throws SyntaxException that points at what is wrong
    public static Predicate test(String text, Names names) {
        return new Meaning(text, names).test(Parser.parse(text));
    }

    /// The field whose values a text says, a test counting as 1 or 0.
    ///
    /// @param title of its column
    /// @throws SyntaxException that points at what is wrong
    public static FlowField field(String title, String text, Names names) {
        Meaning meaning = new Meaning(text, names);
        Node node = Parser.parse(text);
        return switch (meaning.term(node)) {
            case Term.Test t -> field(title, new Expr.When(t.predicate(), ONE, ZERO), TEST);
            case Term.Value v -> field(title, v);
            case Term.Text t ->
                    throw meaning.error(node, "expected what is computed of flows, not text");
        };
    }

    private static FlowField field(String title, Expr value, Shape shape) {
        return new FlowField(0, title, List.of(), value, shape);
    }

    private static FlowField field(String title, Term.Value v) {
        Expr e = v.expr();
        return switch (v.kind()) {
            case WHOLE ->
                    e.isSigned()
                            ? field(title, new Expr.Ordered(e), SIGNED)
                            : field(title, e, WHOLE);
            case REAL -> field(title, new Expr.Ordered(e), REAL);
            case TIME -> field(title, e, FlowFields.STIME.shape());
            case DURATION ->
                    e.equals(Flows.DURATION_MS)
                            ? field(title, e, FlowFields.DURATION.shape())
                            : field(title, new Expr.Ordered(Meaning.seconds(v).expr()), REAL);
            case ADDRESS -> field(title, e, FlowFields.SIP.shape());
            case LABEL -> field(title, e, label(e));
            case FLAGS -> field(title, e, FlowFields.FLAGS.shape());
            case ATTRIBUTES -> field(title, e, FlowFields.ATTRIBUTES.shape());
            case SENSOR -> field(title, e, FlowFields.SENSOR.shape());
            case CLASS -> field(title, e, FlowFields.CLASS.shape());
            case TYPE -> field(title, e, FlowFields.TYPE.shape());
            case PROTOCOL -> field(title, e, FlowFields.PROTOCOL.shape());
            case WEEKDAY -> field(title, e, TEST);
        };
    }

    private static Shape label(Expr e) {
        MapRef map = e instanceof Expr.Label l ? l.map() : new MapRef.Countries();
        return switch (map) {
            case MapRef.Countries m -> FlowFields.SCC.shape();
            case MapRef.AddressTypes m -> FlowFields.STYPE.shape();
            case MapRef.File m -> new Shape(Look.LABEL, 0, 4, Unit.NONE);
        };
    }

    /// The milliseconds of a duration such as 30s or 5m; a number alone is seconds.
    ///
    /// @throws IllegalArgumentException if it is none
    public static long duration(String text) {
        try {
            Lexer lexer = new Lexer(text);
            Token number = lexer.next();
            if (number.kind() != Token.Kind.NUMBER || lexer.next().kind() != Token.Kind.END) {
                throw noDuration(text, null);
            }
            Constants.Quantity q = Constants.number(number.text());
            if (q.kind() == Kind.DURATION) {
                return q.exact().longValueExact();
            }
            BigDecimal seconds = new BigDecimal(number.text());
            return seconds.multiply(BigDecimal.valueOf(1000)).longValueExact();
        } catch (ArithmeticException | NumberFormatException | SyntaxException e) {
            throw noDuration(text, e);
        }
    }

    private static IllegalArgumentException noDuration(String text, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "'" + text + "' is no duration such as 30s or 5m", cause);
    }

    /// The text of a test.
    ///
    /// @throws IllegalArgumentException if it holds what only switches say, such as a file of
    ///   tuples
    public static String write(Predicate test) {
        return test.accept(new Writer());
    }

    /// The text of a value.
    ///
    /// @throws IllegalArgumentException if it holds what only switches say
    public static String write(Expr value) {
        return value.accept(new Writer());
    }
}
