package backhaul.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * Tells whether a datagram was too long for its way (EMSGSIZE). Java has no class for that, only the system's words in the
 * language of this machine. So the words are learned: from a datagram that is longer than any can be, and never leaves.
 */
final class TooLong {
    private static final int MORE_THAN_ANY = 65_536; // octets

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
            // no loopback: then nobody knows
        }
        return null;
    }
}
