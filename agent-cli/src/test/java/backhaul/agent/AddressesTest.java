package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AddressesTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final InetAddress ONE = address(1);
    private static final InetAddress TWO = address(2);
    private static final InetAddress THREE = address(3);

    private final Addresses addresses = new Addresses(LIMIT);

    @Test
    void atFirstTheResolverSaysTheOrder() {
        assertThat(addresses.ordered(TWO, ONE, THREE)).containsExactly(TWO, ONE, THREE);
    }

    @Test
    void whatWasGoodLastComesFirstAsLongAsTheNameHasIt() {
        addresses.good(ONE);
        addresses.good(THREE);
        assertThat(addresses.ordered(ONE, TWO, THREE)).containsExactly(THREE, ONE, TWO);
        assertThat(addresses.ordered(TWO, ONE)).containsExactly(TWO, ONE);
        assertThat(addresses.ordered(THREE)).containsExactly(THREE);
        assertThat(addresses.isGood(THREE)).isTrue();
        assertThat(addresses.isGood(ONE)).isFalse();
    }

    @Test
    void noneIsWaitedForLongWhileAnotherHasNotBeenTried() {
        assertThat(addresses.patience(1)).isEqualTo(LIMIT);
        assertThat(addresses.patience(2)).isLessThan(LIMIT);
        Duration shorter = Duration.ofMillis(300);
        assertThat(new Addresses(shorter).patience(2)).isEqualTo(shorter);
    }

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress("relay.example.org", new byte[] {(byte) 192, 0, 2, (byte) last});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
