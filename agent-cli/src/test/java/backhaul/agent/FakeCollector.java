package backhaul.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** A UDP socket on loopback that tells what it got. */
final class FakeCollector implements Closeable {
    private final DatagramSocket socket;

    FakeCollector(int port) throws IOException {
        socket = new DatagramSocket(port, InetAddress.getByName("127.0.0.1"));
        socket.setSoTimeout(FakeRelay.PATIENCE_SECONDS * 1000);
    }

    int port() {
        return socket.getLocalPort();
    }

    /** The next message, an octet for each character. */
    String message() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), ISO_8859_1);
    }

    List<String> messages(int count) throws IOException {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(message());
        }
        return messages;
    }

    @Override
    public void close() {
        socket.close();
    }
}
