package dev.rearview.engine.filter;

import dev.rearview.engine.expr.FunctionRef;
import dev.rearview.engine.expr.MapRef;
import dev.rearview.engine.expr.Tuples;
import dev.rearview.engine.plugin.RowFunction;
import dev.rearview.sets.IpSet;
import dev.rearview.sets.PrefixMap;
import java.io.IOException;
import java.util.List;

/// Opens what expressions and predicates name.
public interface References {
    /// The set of addresses in a file.
    IpSet set(String path) throws IOException;

    /// The addresses that an expression over the catalogue is true of.
    default IpSet catalogued(String expression) throws IOException {
        throw new IOException("'" + expression + "': there is no catalogue here");
    }

    PrefixMap map(MapRef ref) throws IOException;

    /// The lines of a file of tuples.
    List<Tuple> tuples(Tuples file) throws IOException;

    /// A function of a plug-in.
    default RowFunction function(FunctionRef ref) throws IOException {
        throw new IOException(ref.path() + ": cannot be loaded here");
    }

    /// Where nothing is named.
    References NONE =
            new References() {
                @Override
                public IpSet set(String path) throws IOException {
                    throw new IOException(path + ": cannot be opened here");
                }

                @Override
                public PrefixMap map(MapRef ref) throws IOException {
                    throw new IOException(ref + ": cannot be opened here");
                }

                @Override
                public List<Tuple> tuples(Tuples file) throws IOException {
                    throw new IOException(file.path() + ": cannot be opened here");
                }
            };
}
