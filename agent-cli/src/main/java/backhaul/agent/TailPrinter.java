package backhaul.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * Prints one relay's messages instead of sending them to a collector. Lines are collected until nothing more is ready,
 * or there are many, and then written at once. Writing waits for the reader: memory does not grow, and the relay keeps
 * new messages in its ring.
 *
 * <p>Runs on that relay's loop.
 */
final class TailPrinter implements SyslogSender {
    // Worth a write.
    private static final int MANY_OCTETS = 32 * 1024;
    private static final int MANY_MESSAGES = 16 * 1024; // fewer than Position remembers

    private final TailOutput output;
    private final LineFilter filter;
    private final LineFormat format; // null for the messages as they are

    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream(2 * MANY_OCTETS);
    private int collected; // messages since the last write, except for those at its begin that were not shown

    TailPrinter(TailOutput output, LineFilter filter, LineFormat format) {
        this.output = output;
        this.filter = filter;
        this.format = format;
    }

    @Override
    public void send(byte[] octets, int offset, int length) throws CollectorAwayException {
        print(octets, offset, length, false);
    }

    /** Reports of missing messages must be seen, whatever the filter. */
    @Override
    public void tell(byte[] octets) throws CollectorAwayException {
        print(octets, 0, octets.length, true);
    }

    private void print(byte[] octets, int offset, int length, boolean always) throws CollectorAwayException {
        if (format == null && (always || filter.showsAll())) {
            append(octets, offset, length);
        } else {
            SyslogLine line = SyslogLine.parse(MessageText.decode(octets, offset, length));
            if (always || filter.shows(line)) {
                if (format == null) {
                    append(octets, offset, length);
                } else {
                    text.setLength(0);
                    format.append(line, text);
                    byte[] shown = text.toString().getBytes(UTF_8);
                    append(shown, 0, shown.length);
                }
            }
        }
        collected += lines.size() > 0 ? 1 : 0;
        if (lines.size() >= MANY_OCTETS || collected >= MANY_MESSAGES) {
            flush();
        }
    }

    /** A line end in the message is not doubled. */
    private void append(byte[] octets, int offset, int length) {
        lines.write(octets, offset, length);
        if (length == 0 || octets[offset + length - 1] != '\n') {
            lines.write('\n');
        }
    }

    @Override
    public void flush() throws CollectorAwayException {
        if (lines.size() > 0) {
            try {
                output.write(lines);
            } catch (IOException e) {
                throw CollectorAwayException.stopping();
            }
            lines.reset();
        }
        collected = 0;
    }

    @Override
    public int underway() {
        return collected;
    }

    /** Nothing, unless the output has ended. */
    @Override
    public int held() {
        try {
            flush();
        } catch (CollectorAwayException e) {
            // There is a request to stop.
        }
        return collected;
    }

    /** Never needed: output that cannot be written ends the command. */
    @Override
    public boolean offer() {
        return true;
    }

    @Override
    public void close() {}
}
