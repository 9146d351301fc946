package dev.rearview.engine.plan;

import java.util.List;

/// What is asked: flows, and what is made of them in one pass. Data only: it compares, and travels
/// as text. How it is printed is not part of it: that is the business of who asks.
///
/// @param products one or more
public record Query(FlowPlan flows, List<Product> products) {
    public Query {
        products = List.copyOf(products);
        if (products.isEmpty()) {
            throw new IllegalArgumentException("no products");
        }
    }

    public Query(FlowPlan flows, Product product) {
        this(flows, List.of(product));
    }

    /// The first product, of a kind that whoever made the query knows.
    public <P extends Product> P product(Class<P> kind) {
        return kind.cast(products.getFirst());
    }
}
