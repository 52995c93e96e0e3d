package backhaul.relay;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/**
 * An accepted socket that remembers whether its stream has ended. The JDK's TLS takes a FIN for a close_notify; but that
 * one anybody on the way can forge, and a dying peer's kernel sends it too. After a close_notify it reads no further, so
 * whoever sees the end of TLS and of this was cut off.
 */
final class AgentSocket extends Socket {
    private volatile boolean ended; // whoever reads; read after the end by the agent's reader

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
            @Override
            public int read() throws IOException {
                return noted(super.read());
            }

            @Override
            public int read(byte[] octets, int from, int length) throws IOException {
                return noted(super.read(octets, from, length));
            }
        };
    }

    private int noted(int read) {
        if (read < 0) {
            ended = true;
        }
        return read;
    }

    /** True if the peer's FIN was read. */
    boolean hasEnded() {
        return ended;
    }
}
