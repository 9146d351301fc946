package dev.rearview.descriptors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSocketTest {
    @TempDir Path directory;

    @Test
    void whoConnectsIsKnown() throws Exception {
        String path = directory.resolve("s").toString();
        try (LocalSocket listener = LocalSocket.listening(path, 8);
                LocalSocket client = LocalSocket.connected(path);
                LocalSocket server = listener.accept()) {
            assertThat(server.peer().user()).isEqualTo(ThisProcess.user());
            assertThat(server.peer().process()).isEqualTo((int) ProcessHandle.current().pid());
            client.send("hello".getBytes(StandardCharsets.UTF_8), List.of());
            byte[] to = new byte[10];
            assertThat(Poller.readable(List.of(server.descriptor()), 1000))
                    .containsExactly(server.descriptor());
            assertThat(server.receive(to, 0, 0).octets()).isEqualTo(5);
        }
    }

    @Test
    void descriptorsComeWithOctets() throws Exception {
        LocalSocket[] pair = LocalSocket.pair();
        Descriptor[] pipe = Descriptor.pipe();
        try (LocalSocket one = pair[0];
                LocalSocket other = pair[1]) {
            one.send(new byte[] {1, 2, 3}, List.of(pipe[0], pipe[1]));
            LocalSocket.Received got = other.receive(new byte[3], 0, 3);
            assertThat(got.octets()).isEqualTo(3);
            assertThat(got.descriptors()).hasSize(2);
            FileStatus sent = pipe[0].status();
            assertThat(got.descriptors().getFirst().status())
                    .returns(sent.device(), FileStatus::device)
                    .returns(sent.inode(), FileStatus::inode);
            for (Descriptor d : got.descriptors()) {
                d.close();
            }
        }
        pipe[0].close();
        pipe[1].close();
    }

    @Test
    void moreDescriptorsThanWantedAreRefused() throws Exception {
        LocalSocket[] pair = LocalSocket.pair();
        Descriptor[] pipe = Descriptor.pipe();
        try (LocalSocket one = pair[0];
                LocalSocket other = pair[1]) {
            one.send(new byte[1], List.of(pipe[0], pipe[0], pipe[0], pipe[0], pipe[0]));
            assertThatThrownBy(() -> other.receive(new byte[1], 0, 3))
                    .hasMessage("more descriptors than 3");
        }
        pipe[0].close();
        pipe[1].close();
    }

    @Test
    void aNameThatIsTooLongIsRefused() {
        assertThatThrownBy(() -> LocalSocket.listening("/" + "x".repeat(200), 1))
                .hasMessageContaining("no name for a socket");
        assertThatThrownBy(() -> LocalSocket.connected(directory + "/nobody"))
                .isInstanceOf(SystemCallException.class)
                .hasMessage("No such file or directory");
    }
}
