package dev.rearview.ingest;

import dev.rearview.model.FlowRecord;
import dev.rearview.site.Probe;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/// Tells nobody why.
public final class NoCauses implements Causes {
    @Override
    public void version(Probe probe, InetAddress from, ByteBuffer bytes) {}

    @Override
    public void failure(Probe probe, InetAddress from, String failure) {}

    @Override
    public void host(InetAddress from, ListenAddress to) {}

    @Override
    public void sessionHost(InetAddress from, ListenAddress to) {}

    @Override
    public void sensor(
            Configuration configuration, Probe probe, String exporter, FlowRecord record) {}

    @Override
    public void times(Probe probe, String exporter, long startUs) {}
}
