package backhaul.agent;

import java.util.function.LongSupplier;

/**
 * Counts TLS records that bring no data: key updates, tickets, empty ones. Each costs the agent keys or an answer, TLS sets
 * no limit to them, and nothing above TLS ever sees one. Used by the connection's reading thread.
 */
final class EmptyRecords {
    /** A relay sends a ticket or two at the begin, and updates its keys each 128 GiB. */
    static final int AT_ONCE = 256;

    private static final long INTERVAL = 1_000_000_000; // ns; one more is let pass in each
    private static final int HEADER = 5; // type, version, length (RFC 8446 section 5.1)

    private final LongSupplier clock;
    private int header; // octets of the present header so far
    private int length; // of the present record, of which the header has told
    private int body; // octets of it that are yet to come
    private long empty; // records so far that brought none, less those that were let pass
    private long since; // nanoTime; others were let pass until then

    EmptyRecords() {
        this(System::nanoTime);
    }

    EmptyRecords(LongSupplier clock) {
        this.clock = clock;
        this.since = clock.getAsLong();
    }

    /** These octets have come. False if the relay has sent too many records without data. */
    boolean received(byte[] octets, int offset, int count) {
        for (int i = offset, end = offset + count; i < end; ) {
            if (body > 0) {
                int more = Math.min(body, end - i);
                body -= more;
                i += more;
            } else {
                length = length << 8 & 0xff00 | octets[i++] & 0xff; // the last two octets of the header
                if (++header == HEADER) {
                    header = 0;
                    body = length;
                    empty++;
                }
            }
        }
        return empty <= AT_ONCE || letPass();
    }

    /** TLS has handed over data: of one record, or of a part of it. */
    void delivered() {
        empty = Math.max(0, empty - 1);
    }

    private boolean letPass() {
        long intervals = (clock.getAsLong() - since) / INTERVAL;
        since += intervals * INTERVAL;
        empty = Math.max(0, empty - intervals);
        return empty <= AT_ONCE;
    }
}
