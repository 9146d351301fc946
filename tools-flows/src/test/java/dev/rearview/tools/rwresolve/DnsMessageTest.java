package dev.rearview.tools.rwresolve;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rearview.model.Ip;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Answers that are cut off, lead in circles or are of other questions.
class DnsMessageTest {
    private static final byte[] QUESTION = DnsMessage.question(0x1234, 0, Ip.mapped(0xC0000201));

    /// An answer with one PTR record, whose name is given as it stands in the message.
    private static byte[] answer(int... name) {
        ByteBuffer b = ByteBuffer.allocate(512);
        b.put(QUESTION).putShort(2, (short) 0x8180).putShort(6, (short) 1);
        b.putShort((short) 0xC00C).putShort((short) 12).putShort((short) 1).putInt(1);
        b.putShort((short) name.length);
        for (int octet : name) {
            b.put((byte) octet);
        }
        return Arrays.copyOf(b.array(), b.position());
    }

    private static Optional<String> name(byte[] message) {
        return DnsMessage.answer(message, message.length, QUESTION)
                .flatMap(DnsMessage.Answer::name);
    }

    @Test
    void aNameMayEndInOneThatStandsBefore() {
        // "x", and what the question ends with behind its first labels.
        int arpa = QUESTION.length - 4 - 6;
        assertThat(name(answer(1, 'x', 0xC0, arpa))).contains("x.arpa");
    }

    @Test
    void circlesHaveAnEnd() {
        int at = QUESTION.length + 12;
        assertThat(name(answer(0xC0 | at >> 8, at & 0xFF))).isEmpty();
        assertThat(name(answer(1, 'x', 0xC0 | at >> 8, at & 0xFF))).isEmpty();
        assertThat(name(answer(0xC0 | at + 9 >> 8, at + 9 & 0xFF))).isEmpty();
    }

    @Test
    void everyCutIsNoName() {
        byte[] whole = answer(1, 'x', 2, 'y', 'z', 0);
        assertThat(name(whole)).contains("x.yz");
        for (int n = 0; n < whole.length; n++) {
            assertThat(name(Arrays.copyOf(whole, n))).as("%d octets", n).isEmpty();
        }
    }

    @Test
    void anErrorOfTheServerLeavesItToTheNextOne() {
        byte[] failure = answer(1, 'x', 0);
        failure[3] = (byte) 0x82;
        assertThat(DnsMessage.answer(failure, failure.length, QUESTION))
                .contains(new DnsMessage.Answer(false, false, Optional.empty()));
        failure[3] = (byte) 0x83;
        assertThat(DnsMessage.answer(failure, failure.length, QUESTION))
                .contains(new DnsMessage.Answer(true, false, Optional.empty()));
        failure[0]++;
        assertThat(DnsMessage.answer(failure, failure.length, QUESTION)).isEmpty();
    }

    @FuzzTest
    void anyOctetsAreReadOrNot(byte[] octets) {
        byte[] message = Arrays.copyOf(octets, Math.min(octets.length, DnsMessage.MOST));
        DnsMessage.answer(message, message.length, QUESTION);
        byte[] answered = Arrays.copyOf(QUESTION, Math.min(512, QUESTION.length + octets.length));
        answered[2] = (byte) 0x81;
        answered[6] = 0;
        answered[7] = 3;
        System.arraycopy(octets, 0, answered, QUESTION.length, answered.length - QUESTION.length);
        DnsMessage.answer(answered, answered.length, QUESTION)
                .flatMap(DnsMessage.Answer::name)
                .ifPresent(n -> assertThat(n).matches("[ -~]*"));
    }
}
