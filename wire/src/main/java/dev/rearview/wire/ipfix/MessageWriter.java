package dev.rearview.wire.ipfix;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;

/// Writes a stream of IPFIX messages (RFC 7011): templates, and records of theirs.
///
/// A message ends when it is full, and before one that announces templates. Records of one template
/// that follow each other share a set.
public final class MessageWriter implements Closeable {
    /// Octets of a message.
    private static final int MOST = 0xFFFF;

    private static final int TEMPLATES = 2;
    private static final int SET_HEADER = 4;
    private static final int TEMPLATE_HEADER = 4;
    private static final int ENTERPRISE_BIT = 0x8000;
    private static final int NO_SET = 0;

    /// A field of a template.
    ///
    /// @param enterprise number of who defined the element, 0 for IANA
    /// @param length octets, or [Template#VARIABLE]
    public record TemplateField(int enterprise, int element, int length) {
        private int octets() {
            return enterprise == 0 ? 4 : 8;
        }
    }

    private final OutputStream out;
    private final int domain;
    private final InstantSource clock;
    private final ByteBuffer message = ByteBuffer.allocate(MOST);
    private int set = NO_SET;
    private int setStart;
    private long written;
    // Data records before the message in hand.
    private long sequence;

    /// @param domain that templates and records belong to
    /// @param clock tells when messages are exported
    public MessageWriter(OutputStream out, int domain, InstantSource clock) {
        this.out = out;
        this.domain = domain;
        this.clock = clock;
        message.position(Ipfix.HEADER);
    }

    /// Announces a template.
    public void template(int id, List<TemplateField> fields) throws IOException {
        int octets = TEMPLATE_HEADER + fields.stream().mapToInt(TemplateField::octets).sum();
        if (set != TEMPLATES) {
            endMessage();
        }
        room(TEMPLATES, octets);
        message.putShort((short) id).putShort((short) fields.size());
        for (TemplateField f : fields) {
            int bit = f.enterprise == 0 ? 0 : ENTERPRISE_BIT;
            message.putShort((short) (f.element | bit)).putShort((short) f.length);
            if (f.enterprise != 0) {
                message.putInt(f.enterprise);
            }
        }
    }

    /// Room for one more record, to be filled from its position on before anything else is asked
    /// for.
    ///
    /// @param template that has been announced
    /// @param most octets that the record may come to have
    public ByteBuffer record(int template, int most) throws IOException {
        if (set == TEMPLATES) {
            endMessage();
        }
        room(template, most);
        written++;
        return message;
    }

    /// Data records so far.
    public long written() {
        return written;
    }

    private void room(int id, int octets) throws IOException {
        int needed = octets + (set == id ? 0 : SET_HEADER);
        if (message.remaining() < needed) {
            endMessage();
        }
        if (octets > MOST - Ipfix.HEADER - SET_HEADER) {
            throw new IllegalArgumentException(octets + " octets do not fit a message");
        }
        if (set != id) {
            endSet();
            set = id;
            setStart = message.position();
            message.putShort((short) id).putShort((short) 0);
        }
    }

    private void endSet() {
        if (set != NO_SET) {
            message.putShort(setStart + 2, (short) (message.position() - setStart));
            set = NO_SET;
        }
    }

    /// Writes the message in hand, if anything is in it.
    private void endMessage() throws IOException {
        endSet();
        if (message.position() > Ipfix.HEADER) {
            message.putShort(0, (short) Ipfix.VERSION).putShort(2, (short) message.position());
            message.putInt(4, (int) (clock.millis() / 1000)).putInt(8, (int) sequence);
            message.putInt(12, domain);
            out.write(message.array(), 0, message.position());
            message.clear().position(Ipfix.HEADER);
        }
        sequence = written;
    }

    /// Writes what has not been written yet.
    public void flush() throws IOException {
        endMessage();
        out.flush();
    }

    @Override
    public void close() throws IOException {
        try (out) {
            endMessage();
        }
    }
}
