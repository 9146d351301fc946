package dev.rearview.ingest;

import dev.rearview.site.PackingLogic;
import dev.rearview.site.SensorConf;
import dev.rearview.site.Site;

/// What silk.conf and sensor.conf say together; can be swapped while flows come in.
public record Configuration(Site site, PackingLogic logic, SensorConf.Result sensors) {}
