package dev.rearview.kit.flows;

import dev.rearview.kit.command.Env;
import dev.rearview.model.FlowRecord;
import dev.rearview.silk.Misfit;
import dev.rearview.silk.SilkWriter;

/// Flows that an output has no room for, because of its format.
public final class LeftOut implements SilkWriter.Misfits {
    private Misfit first = Misfit.NONE;
    private long flows;

    @Override
    public void leftOut(FlowRecord record, Misfit why) {
        first = first.or(why);
        flows++;
    }

    /// Whether there were none; tells of them where there were.
    ///
    /// @param path of the output
    public boolean isNone(Env env, String path) {
        if (flows > 0) {
            env.tell(
                    path
                            + ": "
                            + flows
                            + " flows are left out, the first because of "
                            + first.text());
        }
        return flows == 0;
    }
}
