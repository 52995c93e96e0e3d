package backhaul.agent;

import backhaul.transport.EmptyRecords;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/**
 * The TCP socket under TLS. Writes to a relay that has closed do not fail, because its reason is still to be read. A
 * relay that refuses a certificate sends an alert and closes before the agent has written the rest of its handshake; if
 * that write failed, TLS would give up with "Broken pipe" and never read the alert. The next read reports every fault.
 *
 * <p>It reads ahead of TLS, which asks for five bytes of each record and then for the rest: one system call takes all
 * that the kernel has. If a relay floods the connection with records without data, the read fails.
 */
final class ReadAheadSocket extends Socket {
    /** Two of the longest records. */
    private static final int AHEAD = 33 * 1024;

    private final EmptyRecords records = new EmptyRecords();
    private volatile boolean flooded; // written by the reading thread

    @Override
    public InputStream getInputStream() throws IOException {
        return new Ahead(super.getInputStream());
    }

    /** TLS has handed over data from a record that was read here. Runs on the reading thread. */
    void delivered() {
        records.delivered();
    }

    /** The handshake is over. Runs on the reading thread. */
    void secured() {
        records.secured();
    }

    /** Has a read failed because too many records had no data? */
    boolean flooded() {
        return flooded;
    }

    /** Never waits for more than it has; used by the reading thread alone. */
    private final class Ahead extends InputStream {
        private final InputStream in;
        private final byte[] buffer = new byte[AHEAD];
        private int position; // the first byte not yet handed on
        private int limit; // one past the last byte received

        Ahead(InputStream in) {
            this.in = in;
        }

        @Override
        public int read(byte[] octets, int offset, int length) throws IOException {
            if (length > 0 && position == limit) {
                int count = in.read(buffer, 0, AHEAD);
                if (count < 0) {
                    return -1;
                }
                position = 0;
                limit = count;
            }
            int count = Math.min(length, limit - position);
            System.arraycopy(buffer, position, octets, offset, count);
            position += count;
            if (!records.received(octets, offset, count)) {
                flooded = true;
                throw new IOException("too many TLS records without data");
            }
            return count;
        }

        @Override
        public int read() throws IOException {
            byte[] octet = new byte[1];
            return read(octet, 0, 1) < 0 ? -1 : octet[0] & 0xff;
        }

        @Override
        public int available() throws IOException {
            return limit - position + in.available();
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new FilterOutputStream(super.getOutputStream()) {
            @Override
            public void write(byte[] octets, int offset, int length) {
                try {
                    out.write(octets, offset, length);
                } catch (IOException e) {
                    // see above
                }
            }
        };
    }
}
