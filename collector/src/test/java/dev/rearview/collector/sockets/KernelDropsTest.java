package dev.rearview.collector.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelDropsTest {
    private static final String HEAD =
            "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt"
                    + "   uid  timeout inode ref pointer drops\n";

    @TempDir Path directory;

    private static String socket(String address, int port, int drops) {
        return "  7: %s:%04X 00000000:0000 07 00000000:00000000 00:00000000 00000000     0"
                        .formatted(address, port)
                + "        0 61 2 0000000000000000 "
                + drops
                + "\n";
    }

    @Test
    void socketsOfAPortAreAddedUp() throws IOException {
        Path four = directory.resolve("udp");
        Path six = directory.resolve("udp6");
        Files.writeString(four, HEAD + socket("0100007F", 2055, 3) + socket("00000000", 2056, 99));
        Files.writeString(six, HEAD + socket("00000000000000000000000000000000", 2055, 4));
        assertThat(KernelDrops.ofPort(2055, List.of(four, six))).isEqualTo(7);
        assertThat(KernelDrops.ofPort(2057, List.of(four, six))).isZero();
    }

    /// A kernel without IPv6 has no second table.
    @Test
    void aTableThatIsNotThereHidesNothingOfTheOther() throws IOException {
        Path four = Files.writeString(directory.resolve("udp"), HEAD + socket("0100007F", 2055, 3));
        Path six = directory.resolve("udp6");
        assertThat(KernelDrops.ofPort(2055, List.of(four, six))).isEqualTo(3);
        assertThat(KernelDrops.ofPort(2055, List.of(six))).isZero();
    }

    @Test
    void aTableThatIsNoneTellsNothing() throws IOException {
        Path four = Files.writeString(directory.resolve("udp"), HEAD + socket("0100007F", 2055, 3));
        Path odd =
                Files.writeString(directory.resolve("udp6"), socket("0", 2055, 3).strip() + "x\n");
        assertThat(KernelDrops.ofPort(2055, List.of(four, odd))).isZero();
    }
}
