package dev.rearview.engine.language;

import dev.rearview.engine.language.Node.Item;
import dev.rearview.engine.language.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/// Reads text by the grammar, weakest first: `or`, `and`, `not`, comparisons and `in`, `+ -`, `* /
/// // %`, `&`, `-`, and what stands alone.
final class Parser {
    /// The deepest nesting, so that what was read can travel as text, and run.
    static final int MAX_DEPTH = 40;

    /// The most members of a list.
    private static final int MAX_ITEMS = 1 << 14;

    private static final List<String> COMPARISONS =
            List.of("=", "==", "!=", "<>", "<", "<=", ">", ">=");
    private static final String OPERAND =
            "a field, a number, an address, a time, a text in quotes, a function or '('";

    private final String text;
    private final Lexer lexer;
    private Token token;
    private int depth;

    private Parser(String text) {
        this.text = text;
        this.lexer = new Lexer(text);
        this.token = lexer.next();
    }

    /// What a whole text says.
    static Node parse(String text) {
        Parser parser = new Parser(text);
        Node node = parser.either();
        if (parser.token.kind() != Kind.END) {
            throw parser.expected("an operator such as '=', '+', 'in', 'and', or the end");
        }
        if (height(node) > MAX_DEPTH) {
            throw new SyntaxException(text, node.at(), "nested more than " + MAX_DEPTH + " deep");
        }
        return node;
    }

    /// Nodes from the root to the deepest one; what the parser counts bounds the recursion.
    private static int height(Node node) {
        return 1
                + switch (node) {
                    case Node.Literal n -> 0;
                    case Node.Name n -> 0;
                    case Node.Call n -> height(n.arguments());
                    case Node.Negative n -> height(n.of());
                    case Node.Arithmetic n -> Math.max(height(n.left()), height(n.right()));
                    case Node.Compare n -> Math.max(height(n.left()), height(n.right()));
                    case Node.Among n -> height(n.left());
                    case Node.Not n -> height(n.of());
                    case Node.Junction n -> height(n.parts());
                };
    }

    private static int height(List<Node> nodes) {
        int most = 0;
        for (Node n : nodes) {
            most = Math.max(most, height(n));
        }
        return most;
    }

    private SyntaxException expected(String what) {
        return new SyntaxException(text, token.at(), "expected " + what + ", not " + token.shown());
    }

    private Token take() {
        Token taken = token;
        token = lexer.next();
        return taken;
    }

    private boolean takeSign(String sign) {
        boolean is = token.isSign(sign);
        if (is) {
            take();
        }
        return is;
    }

    private boolean takeWord(String word, String sign) {
        boolean is = token.isWord(word) || token.isSign(sign);
        if (is) {
            take();
        }
        return is;
    }

    private void enter() {
        if (++depth > MAX_DEPTH) {
            throw new SyntaxException(text, token.at(), "nested more than " + MAX_DEPTH + " deep");
        }
    }

    private Node either() {
        enter();
        int at = token.at();
        List<Node> parts = new ArrayList<>(List.of(both()));
        while (takeWord("or", "||")) {
            parts.add(both());
        }
        depth--;
        return parts.size() == 1 ? parts.getFirst() : new Node.Junction(at, false, parts);
    }

    private Node both() {
        int at = token.at();
        List<Node> parts = new ArrayList<>(List.of(negation()));
        while (takeWord("and", "&&")) {
            parts.add(negation());
        }
        return parts.size() == 1 ? parts.getFirst() : new Node.Junction(at, true, parts);
    }

    private Node negation() {
        int at = token.at();
        if (takeWord("not", "!")) {
            enter();
            Node of = negation();
            depth--;
            return new Node.Not(at, of);
        }
        return comparison();
    }

    private Node comparison() {
        Node left = sum();
        Token sign = token;
        if (sign.kind() == Kind.SIGN && COMPARISONS.contains(sign.text())) {
            take();
            Node right = sum();
            if (token.kind() == Kind.SIGN && COMPARISONS.contains(token.text())) {
                throw expected("'and' between two comparisons");
            }
            return new Node.Compare(sign.at(), sign.text(), left, right);
        }
        if (token.isWord("not")) {
            take();
            if (!token.isWord("in")) {
                throw expected("'in'");
            }
            return new Node.Not(sign.at(), among(left));
        }
        return token.isWord("in") ? among(left) : left;
    }

    private Node among(Node left) {
        int at = take().at();
        String end = token.isSign("(") ? ")" : token.isSign("[") ? "]" : "";
        if (end.isEmpty()) {
            return new Node.Among(at, left, List.of(item()));
        }
        take();
        List<Item> items = new ArrayList<>();
        while (!takeSign(end)) {
            if (!items.isEmpty() && !takeSign(",")) {
                throw expected("',' or '" + end + "'");
            }
            items.add(item());
            if (items.size() > MAX_ITEMS) {
                throw new SyntaxException(text, at, "more than " + MAX_ITEMS + " members");
            }
        }
        return new Node.Among(at, left, items);
    }

    private Item item() {
        Node low = member();
        if (!token.isSign("-")) {
            return new Item(low, Optional.empty(), false);
        }
        take();
        boolean ends =
                token.kind() == Kind.END
                        || token.isSign(",")
                        || token.isSign(")")
                        || token.isSign("]")
                        || token.isWord("and")
                        || token.isWord("or");
        return ends
                ? new Item(low, Optional.empty(), true)
                : new Item(low, Optional.of(member()), false);
    }

    /// A constant of a list, or a set.
    private Node member() {
        int at = token.at();
        if (takeSign("-")) {
            if (token.kind() != Kind.NUMBER) {
                throw expected("a number");
            }
            return new Node.Negative(at, new Node.Literal(take()));
        }
        return switch (token.kind()) {
            case NUMBER, TIME, ADDRESS, TEXT -> new Node.Literal(take());
            case WORD -> named();
            case SIGN, END -> throw expected("a number, an address, a time, a text or a name");
        };
    }

    private Node sum() {
        return chain(this::product, "+", "-");
    }

    private Node product() {
        return chain(this::masked, "*", "/", "//", "%");
    }

    private Node masked() {
        return chain(this::unary, "&");
    }

    /// Operands with signs between them, of which the first are combined first.
    private Node chain(Supplier<Node> operand, String... signs) {
        Node left = operand.get();
        int before = depth;
        while (isAny(signs)) {
            enter();
            Token sign = take();
            left = new Node.Arithmetic(sign.at(), sign.text(), left, operand.get());
        }
        depth = before;
        return left;
    }

    private boolean isAny(String... signs) {
        for (String sign : signs) {
            if (token.isSign(sign)) {
                return true;
            }
        }
        return false;
    }

    private Node unary() {
        int at = token.at();
        if (takeSign("-")) {
            enter();
            Node of = unary();
            depth--;
            return new Node.Negative(at, of);
        }
        return primary();
    }

    private Node primary() {
        if (takeSign("(")) {
            Node node = either();
            if (!takeSign(")")) {
                throw expected("')' or an operator");
            }
            return node;
        }
        return switch (token.kind()) {
            case NUMBER, TIME, ADDRESS, TEXT -> new Node.Literal(take());
            case WORD -> named();
            case SIGN, END -> throw expected(OPERAND);
        };
    }

    /// A name, or a function with its arguments.
    private Node named() {
        Token word = take();
        if (!takeSign("(")) {
            return new Node.Name(word.at(), word.text());
        }
        List<Node> arguments = new ArrayList<>();
        while (!takeSign(")")) {
            if (!arguments.isEmpty() && !takeSign(",")) {
                throw expected("',' or ')'");
            }
            arguments.add(either());
            if (arguments.size() > MAX_ITEMS) {
                throw new SyntaxException(text, word.at(), "more than " + MAX_ITEMS + " arguments");
            }
        }
        return new Node.Call(word.at(), word.text().toLowerCase(Locale.ROOT), arguments);
    }
}
