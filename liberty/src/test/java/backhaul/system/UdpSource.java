package backhaul.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** Sends datagrams to a relay as a syslog daemon would: whether anybody takes them or not. One thread. */
final class UdpSource implements AutoCloseable {
    /** A few milliseconds: the delay of a timer. */
    private static final long MOST_LATE = TimeUnit.MILLISECONDS.toNanos(5);

    private final DatagramSocket socket;
    private final InetSocketAddress receiver;

    UdpSource(RelayServer relay) {
        this(relay.udp());
    }

    /** To whom it may be instead of a relay. */
    UdpSource(InetSocketAddress receiver) {
        this.receiver = receiver;
        try {
            socket = new DatagramSocket();
            socket.setSendBufferSize(1 << 20); // for a datagram of 65,507 bytes
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void send(byte[] message) {
        try {
            socket.send(new DatagramPacket(message, message.length, receiver));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void send(String message) {
        send(Messages.octets(message));
    }

    /**
     * Messages {@code from} to {@code to} at an even rate, a few each millisecond. After a delay of its own it
     * continues at that rate: catching up would be a burst at another rate.
     */
    void send(int from, int to, int perSecond, IntFunction<String> message) {
        long interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
        long due = System.nanoTime();
        for (int i = from; i < to; i++) {
            for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
                LockSupport.parkNanos(Math.max(early, TimeUnit.MILLISECONDS.toNanos(1)));
            }
            send(message.apply(i));
            due = Math.max(due + interval, System.nanoTime() - MOST_LATE);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
