package backhaul.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * Decides whether a datagram was too long for its path (EMSGSIZE). Java has no class for that, only the system's
 * message in the language of this machine. That message is learned from a datagram that is longer than any can be, and
 * never leaves.
 */
final class TooLong {
    private static final int MORE_THAN_ANY = 65_536; // bytes

    private static final String WORDS = learn(); // null if this system takes it

    private TooLong() {}

    static boolean is(IOException failure) {
        return WORDS != null && WORDS.equals(failure.getMessage());
    }

    private static String learn() {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9)); // sends nothing
            try {
                channel.write(ByteBuffer.allocateDirect(MORE_THAN_ANY));
            } catch (IOException e) {
                return e.getMessage();
            }
        } catch (IOException e) {
            // no loopback: then it is unknown
        }
        return null;
    }
}
