package dev.rearview.engine.language;

import java.util.List;
import java.util.Optional;

/// What a text says, before it is known what its names mean.
sealed interface Node {
    /// Offset in the text where messages about it point.
    int at();

    /// A number, time, address or text.
    record Literal(Token token) implements Node {
        @Override
        public int at() {
            return token.at();
        }
    }

    record Name(int at, String name) implements Node {}

    record Call(int at, String name, List<Node> arguments) implements Node {}

    record Negative(int at, Node of) implements Node {}

    /// @param at of the sign
    record Arithmetic(int at, String sign, Node left, Node right) implements Node {}

    /// @param at of the sign
    record Compare(int at, String sign, Node left, Node right) implements Node {}

    /// @param at of the word `in`
    record Among(int at, Node left, List<Item> items) implements Node {}

    record Not(int at, Node of) implements Node {}

    record Junction(int at, boolean all, List<Node> parts) implements Node {}

    /// A member of a list: a value, from one to another, or from one on.
    record Item(Node low, Optional<Node> high, boolean open) {}
}
