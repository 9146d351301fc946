package dev.rearview.kit.flows;

import dev.rearview.engine.exec.Room;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.site.SiteOption;

/// Inputs of a command that sorts, with the memory and the directory that its switches name.
public final class SpillingInputs extends FlowInputs {
    private final SpillOptions spill;

    public SpillingInputs(Env env, SiteOption site, History history, SpillOptions spill) {
        super(env, site, history);
        this.spill = spill;
    }

    @Override
    public Room room(int shares) {
        return spill.room();
    }
}
