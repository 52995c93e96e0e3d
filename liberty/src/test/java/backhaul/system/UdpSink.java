package backhaul.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.function.Consumer;

/** A collector in this process: hands every datagram on, on a thread of its own. */
final class UdpSink implements AutoCloseable {
    /** Requested from the kernel, which may give less (net.core.rmem_max). */
    private static final int RECEIVE_BUFFER = 8 << 20;

    private final DatagramSocket socket;
    private final Thread thread;

    UdpSink(Consumer<byte[]> messages) {
        try {
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            socket.setReceiveBufferSize(RECEIVE_BUFFER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = new Thread(() -> receive(messages), "sink-" + port());
        thread.start();
    }

    private void receive(Consumer<byte[]> messages) {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        try {
            while (true) {
                packet.setLength(65_536);
                socket.receive(packet);
                messages.accept(Arrays.copyOf(packet.getData(), packet.getLength()));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    @Override
    public void close() {
        socket.close();
        try {
            thread.join(Wait.SOON.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
