package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class AddressLimitTest {
    private final AddressLimit addresses = new AddressLimit(2);

    private AddressLimit.Permit take(String address) throws UnknownHostException {
        return addresses.take(InetAddress.getByName(address));
    }

    @Test
    void callerHasItsPlacesAndNoMoreUntilOneIsGivenBack() throws Exception {
        AddressLimit.Permit first = take("203.0.113.7");
        assertThat(take("203.0.113.7")).isNotNull();
        assertThat(take("203.0.113.7")).isNull();
        assertThat(take("203.0.113.8")).isNotNull();
        first.release();
        first.release(); // counts once
        assertThat(take("203.0.113.7")).isNotNull();
        assertThat(take("203.0.113.7")).isNull();
    }

    @Test
    void networkOf64BitsIsOneCaller() throws Exception {
        assertThat(take("2001:db8:0:7::1")).isNotNull();
        assertThat(take("2001:db8:0:7:ffff:ffff:ffff:ffff")).isNotNull();
        assertThat(take("2001:db8:0:7::2")).isNull();
        assertThat(take("2001:db8:0:8::1")).isNotNull();
        assertThat(AddressLimit.caller(InetAddress.getByName("2001:db8:0:7::1")))
                .isEqualTo("2001:db8:0:7:0:0:0:0/64");
    }

    @Test
    void ipv4AddressIsTheSameWhicheverWayItIsWritten() throws Exception {
        assertThat(take("203.0.113.7")).isNotNull();
        assertThat(take("::ffff:203.0.113.7")).isNotNull();
        assertThat(take("203.0.113.7")).isNull();
    }
}
