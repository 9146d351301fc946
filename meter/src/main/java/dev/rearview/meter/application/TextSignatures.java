package dev.rearview.meter.application;

/// Applications that speak in lines.
final class TextSignatures {
    private static final String[] METHODS = {
        "GET ",
        "POST ",
        "HEAD ",
        "PUT ",
        "DELETE ",
        "OPTIONS ",
        "CONNECT ",
        "PATCH ",
        "TRACE ",
        "PROPFIND ",
        "QUERY ",
        "M-SEARCH ",
        "NOTIFY ",
        "INVITE ",
        "ACK ",
        "BYE ",
        "CANCEL ",
        "REGISTER ",
        "SUBSCRIBE ",
        "MESSAGE ",
        "INFO ",
        "REFER ",
        "PRACK ",
        "UPDATE ",
        "PUBLISH ",
        "DESCRIBE ",
        "SETUP ",
        "PLAY ",
        "PAUSE ",
        "TEARDOWN ",
        "ANNOUNCE "
    };

    private TextSignatures() {}

    /// What a stream's first octets are.
    static int ofStream(Payload p) {
        int request = request(p);
        if (request != Label.UNKNOWN) {
            return request;
        }
        if (p.starts("SSH-1.") || p.starts("SSH-2.")) {
            return Label.SSH;
        }
        if (p.starts("220")) {
            return greeting(p);
        }
        int mail = mail(p);
        return mail != Label.UNKNOWN ? mail : other(p);
    }

    /// Requests and answers of HTTP and of what looks like it.
    static int request(Payload p) {
        if (p.starts("HTTP/1.") || p.starts("HTTP/0.") || p.starts("PRI * HTTP/2.0")) {
            return Label.HTTP;
        }
        if (p.starts("SIP/2.0 ")) {
            return Label.SIP;
        }
        if (p.starts("RTSP/1.")) {
            return Label.RTSP;
        }
        for (String method : METHODS) {
            if (p.starts(method)) {
                return version(p, method.length());
            }
        }
        return Label.UNKNOWN;
    }

    private static int version(Payload p, int at) {
        String line = p.line();
        if (line.contains(" SIP/2.0")) {
            return Label.SIP;
        }
        if (line.contains(" RTSP/1.")) {
            return Label.RTSP;
        }
        if (line.contains(" HTTP/")) {
            return Label.HTTP;
        }
        // A line that the packet does not have the end of.
        boolean isPath = p.has(at, "/") || p.has(at, "http://");
        return isPath && !p.hasLine() ? Label.HTTP : Label.UNKNOWN;
    }

    /// Servers of mail and of files greet alike.
    private static int greeting(Payload p) {
        if (p.u8(3) != ' ' && p.u8(3) != '-') {
            return Label.UNKNOWN;
        }
        String line = p.line();
        boolean isMail = line.contains("SMTP") || line.contains("Postfix");
        if (isMail || p.isAt(25) || p.isAt(587) || p.isAt(465)) {
            return Label.SMTP;
        }
        return line.contains("FTP") || p.isAt(21) ? Label.FTP : Label.UNKNOWN;
    }

    private static int mail(Payload p) {
        boolean isSmtp =
                p.startsAnyCase("EHLO ")
                        || p.startsAnyCase("HELO ")
                        || p.startsAnyCase("MAIL FROM:")
                        || p.startsAnyCase("RCPT TO:");
        if (isSmtp) {
            return Label.SMTP;
        }
        if (p.starts("+OK") || p.starts("-ERR")) {
            return p.isAt(110) || p.starts("+OK ") ? Label.POP3 : Label.UNKNOWN;
        }
        if (p.starts("* OK ") || p.starts("* PREAUTH ") || p.starts("* BYE ")) {
            return Label.IMAP;
        }
        return Label.UNKNOWN;
    }

    private static int other(Payload p) {
        if (p.starts("@RSYNCD:")) {
            return Label.RSYNC;
        }
        if (p.starts("GNUTELLA ")) {
            return Label.GNUTELLA;
        }
        if (p.starts("AMQP")) {
            return Label.AMQP;
        }
        if (p.starts("RFB 00")) {
            return Label.VNC;
        }
        boolean isXml = p.starts("<stream:stream") || p.starts("<?xml");
        if (isXml && (p.line().contains("jabber:") || p.line().contains("<stream:stream"))) {
            return Label.XMPP;
        }
        if (p.starts("*") && p.u8(1) >= '1' && p.u8(1) <= '9' && p.line().length() <= 6) {
            return p.has(p.line().length(), "\r\n$") ? Label.REDIS : Label.UNKNOWN;
        }
        return chat(p);
    }

    private static int chat(Payload p) {
        boolean isChat = p.startsAnyCase("NICK ") || p.starts("PING :") || p.starts("CAP LS");
        if (isChat || p.starts(":") && p.line().contains(" NOTICE ")) {
            return Label.IRC;
        }
        boolean isNews = p.starts("200 ") || p.starts("201 ");
        if (isNews && p.isAt(119)) {
            return Label.NNTP;
        }
        boolean isFtp = p.startsAnyCase("USER ") || p.startsAnyCase("PASS ");
        return isFtp && p.isAt(21) ? Label.FTP : syslog(p);
    }

    /// A line that starts with its priority: of syslog, where that is one of the ports.
    static int syslog(Payload p) {
        if (p.u8(0) != '<' || !p.isAt(514) && !p.isAt(601)) {
            return Label.UNKNOWN;
        }
        int at = 1;
        while (at < 4 && p.u8(at) >= '0' && p.u8(at) <= '9') {
            at++;
        }
        return at > 1 && p.u8(at) == '>' ? Label.SYSLOG : Label.UNKNOWN;
    }
}
