package backhaul.agent;

import backhaul.transport.ControlLine;
import backhaul.transport.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Splits a relay's stream into messages and control lines. A message that no datagram can carry is skipped. Only a
 * breach of the framing ends the session: after it, no frame can be trusted to begin where it seems to.
 *
 * <p>Everything runs on the connection's reading thread. Frames are decoded where they were received. Nothing is
 * allocated per message, and only an unfinished frame at the end of the buffer is ever moved.
 */
final class FrameReader {
    /** Holds the longest frame and several TLS records (16 KiB each) beside it. */
    private static final int BUFFER = 128 * 1024;

    /** With less room than a TLS record, the buffer is tidied before it is filled. */
    private static final int LEAST_ROOM = 16 * 1024;

    /** Octets of the longest MSG-LEN. */
    private static final int MAX_DIGITS = 5;

    private final InputStream in;
    private final FrameSink sink;
    private final LongSupplier clock;
    private final LongSupplier wall;
    private final byte[] buffer = new byte[BUFFER];
    private int position; // the first byte not yet handed on
    private int limit; // one past the last byte received
    private long received;
    private long receivedAt; // nanoTime of the last receipt
    private long receivedAtWall; // ms; the same by the wall clock
    private long quiet = Long.MAX_VALUE; // ns; a pause this long is worth remembering
    private boolean wasQuiet;
    private long quietFrom; // nanoTime; the begin of the last such pause
    private long quietFromWall; // ms; the same by the wall clock
    private long quietUntil; // nanoTime

    FrameReader(InputStream in, FrameSink sink) {
        this(in, sink, System::nanoTime, System::currentTimeMillis);
    }

    /** With other clocks: one in ns, and the wall clock in ms. */
    FrameReader(InputStream in, FrameSink sink, LongSupplier clock, LongSupplier wall) {
        this.in = in;
        this.sink = sink;
        this.clock = clock;
        this.wall = wall;
        this.receivedAt = clock.getAsLong();
        this.receivedAtWall = wall.getAsLong();
    }

    /** A pause of this length ends a connection, or should have ended it. */
    void quiet(Duration limit) {
        quiet = limit.toNanos();
    }

    /**
     * Since when nothing has come, for a connection that ends now. A process that was stopped reads the data from
     * before the relay gave it up only when it continues: that data does not count.
     */
    Moment silentSince() {
        return wasQuiet && clock.getAsLong() - quietUntil < quiet
                ? new Moment(quietFrom, quietFromWall)
                : new Moment(receivedAt, receivedAtWall);
    }

    /** Bytes received so far. */
    long received() {
        return received;
    }

    /**
     * Reads {@code MSG-LEN SP MSG} and control lines until the relay ends the stream between two frames.
     *
     * @throws ProtocolException with a sentence, if the data is not in this framing
     * @throws ConnectionEnd if the stream ends inside a frame
     */
    void readOctetCounted() throws IOException {
        while (position < limit || fill()) {
            int first = buffer[position];
            if (first >= '1' && first <= '9') {
                message();
            } else if (first >= 'A' && first <= 'Z') {
                control();
            } else {
                throw new ProtocolException("the relay sent a frame that begins with octet " + (first & 0xff)
                        + ", neither a length without leading zeros nor a control line");
            }
        }
    }

    /** Reads lines until the relay ends the stream; data after the last LF is unfinished and dropped. */
    void readLines() throws IOException {
        int scanned = position; // no LF before it
        long passedOver = 0; // bytes of the current line that are gone already
        while (true) {
            while (scanned < limit && buffer[scanned] != '\n') {
                scanned++;
            }
            int length = scanned - position;
            if (scanned < limit) {
                if (passedOver + length > Wire.MAX_DATAGRAM) {
                    sink.skipped(passedOver + length);
                } else if (length > 0) {
                    sink.message(buffer, position, length);
                }
                passedOver = 0;
                position = ++scanned;
            } else {
                if (passedOver + length > Wire.MAX_DATAGRAM) {
                    passedOver += length;
                    position = limit;
                }
                if (!fill()) {
                    return;
                }
                scanned = position + (passedOver > 0 ? 0 : length);
            }
        }
    }

    private void message() throws IOException {
        int length = 0;
        int digits = 0;
        while (true) {
            need(digits + 1);
            int octet = buffer[position + digits];
            if (octet == ' ') {
                break;
            }
            if (octet < '0' || octet > '9') {
                throw new ProtocolException("the relay sent a message length with octet " + (octet & 0xff) + " in it");
            }
            length = 10 * length + octet - '0';
            if (++digits > MAX_DIGITS || length > Wire.MAX_MESSAGE) {
                throw new ProtocolException("the relay sent a message length over " + Wire.MAX_MESSAGE);
            }
        }
        need(digits + 1 + length);
        int offset = position + digits + 1;
        position = offset + length;
        if (length > Wire.MAX_DATAGRAM) {
            sink.skipped(length);
        } else {
            sink.message(buffer, offset, length);
        }
    }

    private void control() throws IOException {
        int length = 0;
        while (true) {
            need(length + 1);
            if (buffer[position + length] == '\n') {
                break;
            }
            if (++length >= Wire.MAX_CONTROL) {
                throw new ProtocolException("the relay sent a control line over " + Wire.MAX_CONTROL + " octets");
            }
        }
        ControlLine line;
        try {
            line = ControlLine.parse(buffer, position, length);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("the relay sent a control line that cannot be read: " + e.getMessage());
        }
        position += length + 1;
        sink.control(line);
    }

    /** Receives until there are {@code octets} bytes from the position on. */
    private void need(int octets) throws IOException {
        while (limit - position < octets) {
            if (!fill()) {
                throw new ConnectionEnd("the connection broke in the middle of a frame");
            }
        }
    }

    /** Receives some more, perhaps after moving what is there; false at the end of the stream. */
    private boolean fill() throws IOException {
        if (position == limit) {
            position = 0;
            limit = 0;
        } else if (BUFFER - limit < LEAST_ROOM) {
            System.arraycopy(buffer, position, buffer, 0, limit - position);
            limit -= position;
            position = 0;
        }
        sink.drained();
        int count = in.read(buffer, limit, BUFFER - limit);
        if (count < 0) {
            return false;
        }
        limit += count;
        received += count;
        long now = clock.getAsLong();
        if (now - receivedAt > quiet) {
            wasQuiet = true;
            quietFrom = receivedAt;
            quietFromWall = receivedAtWall;
            quietUntil = now;
        }
        receivedAt = now;
        receivedAtWall = wall.getAsLong();
        return true;
    }
}
