package backhaul.agent;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;

/**
 * The TCP socket under TLS. Writes to a relay that has closed do not fail: why it did is still to be read. A relay that
 * refuses a certificate sends an alert and closes while the agent is yet to write the rest of its handshake; if that write
 * failed, TLS would give up with "Broken pipe" and never read the alert. Whatever is wrong, the next read tells it.
 */
final class PlainSocket extends Socket {
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
