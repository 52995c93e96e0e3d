package backhaul.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Connections to a relay's TLS port, one after the other as fast as they go, from several addresses of the loopback
 * network; each says the same words and then nothing. On a thread of its own, until it is stopped.
 */
final class Flood implements AutoCloseable {
    private static final int ADDRESSES = 8;

    /** Open at a time, on this side: more than the relay has places for them. */
    private static final int OPEN = 400;

    private static final int MOST = 20_000;

    private final RelayServer relay;
    private final byte[] words;
    private final Thread thread = new Thread(this::flood, "flood");
    private volatile boolean stopped;
    private volatile int count; // written by the thread

    private Flood(RelayServer relay, byte[] words) {
        this.relay = relay;
        this.words = words;
    }

    /** Returns when it has fully begun. */
    static Flood start(RelayServer relay, byte[] words) {
        Flood flood = new Flood(relay, words);
        flood.thread.start();
        Wait.until("a flood", () -> flood.count > OPEN);
        return flood;
    }

    private void flood() {
        Deque<Socket> open = new ArrayDeque<>();
        for (int number = 1; !stopped && number <= MOST; number++) {
            Socket socket = new Socket();
            open.add(socket);
            try {
                socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0." + (2 + number % ADDRESSES)), 0));
                socket.connect(new InetSocketAddress("127.0.0.1", relay.tlsPort()), 10_000);
                socket.getOutputStream().write(words);
            } catch (IOException e) {
                // Closed at once, as it may be.
            }
            count = number;
            if (open.size() > OPEN) {
                close(open.remove());
            }
        }
        open.forEach(Flood::close);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone.
        }
    }

    /** How many connections there were so far. */
    int count() {
        return count;
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(Wait.SOON.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
