package backhaul.relay;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts the connections from each address, handshakes and agents together, so that no caller takes all of them. One
 * IPv4 address is one caller, and so is a /64 of IPv6: whoever has one address in it has all of them.
 */
final class AddressLimit {
    private static final int PREFIX = 8; // bytes of a /64

    /** One connection of a caller, until it is released. */
    final class Permit {
        private boolean released; // guarded by AddressLimit.this
        private final String caller;

        private Permit(String caller) {
            this.caller = caller;
        }

        String caller() {
            return caller;
        }

        /** May be called more than once. */
        void release() {
            synchronized (AddressLimit.this) {
                if (!released) {
                    released = true;
                    present.computeIfPresent(caller, (any, count) -> count == 1 ? null : count - 1);
                }
            }
        }
    }

    private final int most;
    private final Map<String, Integer> present = new HashMap<>(); // guarded by this

    /** At most {@code most} connections of one caller at a time. */
    AddressLimit(int most) {
        this.most = most;
    }

    /** Takes a place for one more connection from there; null if that caller has no place left. */
    synchronized Permit take(InetAddress from) {
        String caller = caller(from);
        int count = present.getOrDefault(caller, 0);
        if (count >= most) {
            return null;
        }
        present.put(caller, count + 1);
        return new Permit(caller);
    }

    /** {@code 203.0.113.7}, {@code 2001:db8:0:7:0:0:0:0/64}. */
    static String caller(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address.getHostAddress();
        }
        byte[] network = Arrays.copyOf(Arrays.copyOf(address.getAddress(), PREFIX), 2 * PREFIX);
        try {
            return InetAddress.getByAddress(network).getHostAddress() + "/64";
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // it has the 16 bytes of an address
        }
    }
}
