package backhaul.transport;

import java.util.function.LongSupplier;

/**
 * Counts TLS records that bring no data: key updates, tickets, empty ones. Each costs keys or an answer, TLS does not limit
 * their number, and nothing above TLS ever sees one. This class sees the bytes below TLS, and is told when data comes out
 * above. Used by the connection's reading thread.
 */
public final class EmptyRecords {
    /** A relay sends a ticket or two at the start, and updates its keys every 128 GiB; an agent sends none. */
    public static final int AT_ONCE = 256;

    /** Bytes in them: one record can hold thousands of key updates, and a handshake has several thousand bytes. */
    static final int OCTETS = 32 * 1024;

    private static final long INTERVAL = 1_000_000_000; // ns; one more is allowed in each
    private static final int OCTETS_PER_INTERVAL = 64;
    private static final int HEADER = 5; // type, version, length (RFC 8446 section 5.1)

    private final LongSupplier clock;
    private int header; // bytes of the current header so far
    private int length; // of the current record, from its header
    private int body; // bytes of it that are still to come
    private boolean useful = true; // the current record has brought data, or there is none yet
    private long empty; // records so far that brought none, minus those that were allowed
    private long emptyOctets; // of those, header and all
    private long since; // nanoTime; others were allowed until then

    public EmptyRecords() {
        this(System::nanoTime);
    }

    EmptyRecords(LongSupplier clock) {
        this.clock = clock;
        this.since = clock.getAsLong();
    }

    /** These bytes have come. False if the peer has sent too many records without data. */
    public boolean received(byte[] octets, int offset, int count) {
        for (int i = offset, end = offset + count; i < end; ) {
            if (body > 0) {
                int more = Math.min(body, end - i);
                body -= more;
                i += more;
            } else {
                if (header == 0) {
                    next();
                }
                length = length << 8 & 0xff00 | octets[i++] & 0xff; // the last two bytes of the header
                if (++header == HEADER) {
                    header = 0;
                    body = length;
                }
            }
        }
        return isFew() || letPass();
    }

    /** Another record begins: TLS reads it only after it has handed over the data of the previous one. */
    private void next() {
        if (!useful) {
            empty++;
            emptyOctets += HEADER + length;
        }
        useful = false;
    }

    /** TLS has handed over data: a record's or a part of it. */
    public void delivered() {
        useful = true;
    }

    /** The handshake is over; its bytes no longer count. */
    public void secured() {
        useful = true;
        emptyOctets = 0;
    }

    private boolean isFew() {
        return empty <= AT_ONCE && emptyOctets <= OCTETS;
    }

    private boolean letPass() {
        long intervals = (clock.getAsLong() - since) / INTERVAL;
        since += intervals * INTERVAL;
        empty = Math.max(0, empty - intervals);
        emptyOctets = Math.max(0, emptyOctets - intervals * OCTETS_PER_INTERVAL);
        return isFew();
    }
}
