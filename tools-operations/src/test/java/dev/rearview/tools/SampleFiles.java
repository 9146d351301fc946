package dev.rearview.tools;

import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.nio.file.Path;

/// A directory with a small file of every kind that the commands read: texts, a site file, and what
/// is made of the texts.
public final class SampleFiles {
    private SampleFiles() {}

    /// @return where commands run among them
    public static Workbench in(Path directory) throws IOException {
        Workbench bench = new Workbench(directory, Tools::create);
        bench.write("text", "sIP|dIP|protocol|sTime|\n10.0.0.1|10.0.0.2|6|2024/02/28T10:00:00|\n");
        bench.write("bad", "sIP|protocol|sTime|\nx|6|2024/02/28T10:00:00|\n");
        bench.write("list", "10.0.0.1\n");
        bench.write("counts", "6|1\n");
        bench.write("rows", "protocol|records\n6|1\n");
        bench.write("badrows", "protocol|records\nx|1\n6|1\n");
        bench.write("map", "label 1 x\n10.0.0.0/8 x\n");
        bench.write("cc.csv", "\"1.0.0.0\",\"1.0.0.255\",\"16777216\",\"16777471\",\"AU\",\"x\"\n");
        bench.write(
                "silk.conf",
                """
                version 2
                sensor 0 S0
                class all
                  sensors S0
                  type 0 in
                  default-types in
                end class
                default-class all
                """);
        bench.good("rwtuc --output-path=f.rw text");
        bench.good("rwsetbuild list f.set");
        bench.good("rwbagbuild --bag-input=counts --key-type=protocol --output-path=f.bag");
        bench.good("rwaggbagbuild --output-path=f.agg rows");
        bench.good("rwpmapbuild --input-path=map --output-path=f.pmap");
        return bench;
    }
}
