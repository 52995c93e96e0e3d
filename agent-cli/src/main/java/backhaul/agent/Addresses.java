package backhaul.agent;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Decides in which order the addresses of a relay's name are tried, and how long each. The last good one comes first,
 * and none is waited for long while another is untried (the idea of RFC 8305). Used by that relay's loop.
 */
final class Addresses {
    /** TCP has tried twice by then. */
    private static final Duration FIRST_ROUND = Duration.ofSeconds(2);

    private final Duration limit;
    private InetAddress good; // the relay accepted there; null before the first time

    /** @param limit for an address that is the only one, or the last one left */
    Addresses(Duration limit) {
        this.limit = limit;
    }

    void good(InetAddress address) {
        good = address;
    }

    boolean isGood(InetAddress address) {
        return address.equals(good);
    }

    List<InetAddress> ordered(InetAddress... all) {
        List<InetAddress> ordered = new ArrayList<>(Arrays.asList(all));
        if (ordered.remove(good)) {
            ordered.add(0, good);
        }
        return ordered;
    }

    /** How long to wait for each of this many if none of them has been tried. */
    Duration patience(int untried) {
        return untried > 1 && limit.compareTo(FIRST_ROUND) > 0 ? FIRST_ROUND : limit;
    }
}
