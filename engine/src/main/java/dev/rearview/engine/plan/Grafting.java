package dev.rearview.engine.plan;

/// Puts one plan in place of what another takes from upstream.
record Grafting(FlowPlan upstream) implements FlowPlan.Cases<FlowPlan> {
    @Override
    public FlowPlan files(FlowPlan.Files p) {
        return p;
    }

    @Override
    public FlowPlan hours(FlowPlan.Hours p) {
        return p;
    }

    @Override
    public FlowPlan upstream(FlowPlan.Upstream p) {
        return upstream;
    }

    @Override
    public FlowPlan policy(FlowPlan.Policy p) {
        return new FlowPlan.Policy(p.of().accept(this), p.policy());
    }

    @Override
    public FlowPlan filter(FlowPlan.Filter p) {
        return new FlowPlan.Filter(p.of().accept(this), p.predicate());
    }

    @Override
    public FlowPlan sort(FlowPlan.Sort p) {
        return new FlowPlan.Sort(p.of().accept(this), p.keys(), p.reverse(), p.presorted());
    }

    @Override
    public FlowPlan first(FlowPlan.First p) {
        return new FlowPlan.First(p.of().accept(this), p.rows());
    }

    @Override
    public FlowPlan skip(FlowPlan.Skip p) {
        return new FlowPlan.Skip(p.of().accept(this), p.rows());
    }

    @Override
    public FlowPlan copy(FlowPlan.Copy p) {
        return new FlowPlan.Copy(p.of().accept(this), p.path());
    }

    @Override
    public FlowPlan mask(FlowPlan.Mask p) {
        return new FlowPlan.Mask(p.of().accept(this), p.addresses());
    }

    @Override
    public FlowPlan randomize(FlowPlan.Randomize p) {
        return new FlowPlan.Randomize(
                p.of().accept(this), p.sources(), p.destinations(), p.octets(), p.seed());
    }

    @Override
    public FlowPlan combine(FlowPlan.Combine p) {
        return new FlowPlan.Combine(p.of().accept(this), p.same(), p.maxIdleMs());
    }

    @Override
    public FlowPlan match(FlowPlan.Match p) {
        return new FlowPlan.Match(
                p.queries().accept(this),
                p.responses().accept(this),
                p.queryKeys(),
                p.responseKeys(),
                p.options());
    }

    @Override
    public FlowPlan distinct(FlowPlan.Distinct p) {
        return new FlowPlan.Distinct(p.of().accept(this), p.same(), p.near());
    }

    @Override
    public FlowPlan tag(FlowPlan.Tag p) {
        return new FlowPlan.Tag(p.of().accept(this), p.same(), p.near(), p.options());
    }
}
