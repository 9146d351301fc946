package dev.rearview.engine.run;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Room;
import dev.rearview.engine.filter.References;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.scan.FlowFile;
import dev.rearview.engine.scan.Repository;
import dev.rearview.engine.scan.RowConsumer;
import java.io.IOException;

/// Opens what another attendant does, and keeps from it what happens: for an estimate. What cannot
/// be read is passed over, since the reading will tell of it.
record Unnoticed(Attendant of) implements Attendant {
    @Override
    public FlowFile open(String name) throws IOException {
        return of.open(name);
    }

    @Override
    public boolean isStream(String name) {
        return of.isStream(name);
    }

    @Override
    public Repository repository(FlowPlan.Hours hours) {
        return of.repository(hours);
    }

    @Override
    public FlowStream upstream() {
        return of.upstream();
    }

    @Override
    public References references() {
        return of.references();
    }

    @Override
    public Context context() {
        return of.context();
    }

    @Override
    public Room room(int shares) {
        return of.room(shares);
    }

    @Override
    public FlowFile pull(String name) throws IOException {
        return of.open(name);
    }

    @Override
    public RowConsumer copying(FlowPlan.Copy copy, RowConsumer consumer) {
        return consumer;
    }

    @Override
    public void copied() {}

    @Override
    public void expect(NameList names) {}

    @Override
    public void named(String name) {}

    @Override
    public void opened(FlowFile file) {}

    @Override
    public void missing(Repository.HourFile hour) {}

    @Override
    public boolean goesOn(IOException e) {
        return true;
    }

    @Override
    public RowConsumer watched(RowConsumer consumer) {
        return consumer;
    }

    @Override
    public void allRead() {}
}
