package backhaul.relay.host;

import static org.assertj.core.api.Assertions.assertThat;

import backhaul.transport.FreePort;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.UnsupportedAddressTypeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The system's own words, here Turkish, are for people: the cause is found in another way. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "by /proc")
class BindFailureTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private static String sentence(String protocol, InetSocketAddress address, String said) {
        return new BindFailure(protocol, address, new BindException(said), 1024).sentence("relay.x");
    }

    @Test
    void aPortThatAnotherProgramHasIsFoundByTheKernelsTable() throws Exception {
        try (DatagramSocket udp = new DatagramSocket(0, LOOPBACK);
                ServerSocket tcp = new ServerSocket(0, 1, LOOPBACK)) {
            String taken = ": another program has this port";
            assertThat(sentence("udp", (InetSocketAddress) udp.getLocalSocketAddress(), "Adres zaten kullanımda"))
                    .isEqualTo("relay.x.address and relay.x.port: cannot listen on 127.0.0.1:" + udp.getLocalPort()
                            + taken);
            assertThat(sentence("tcp", (InetSocketAddress) tcp.getLocalSocketAddress(), "Adres zaten kullanımda"))
                    .endsWith(taken);
        }
    }

    @Test
    void anAddressOfAnotherMachineIsFoundByTheInterfaces() {
        assertThat(sentence("tcp", new InetSocketAddress("192.0.2.1", 5), "İstenen adres atanamıyor"))
                .endsWith(": this machine does not have that address");
    }

    @Test
    void aPortForRootIsFoundByItsNumber() {
        // 47 is of GRE over UDP, which nothing serves
        assertThat(sentence("tcp", new InetSocketAddress(LOOPBACK, 47), "Erişim engellendi"))
                .endsWith(": a port below 1024 needs the capability CAP_NET_BIND_SERVICE");
    }

    @Test
    void anythingElseIsSaidAsItIs() {
        InetSocketAddress free = new InetSocketAddress(LOOPBACK, FreePort.next());
        assertThat(sentence("tcp", free, "Başka bir şey")).endsWith(": Başka bir şey");
        assertThat(new BindFailure("tcp", free, new UnsupportedAddressTypeException()).sentence("relay.x"))
                .endsWith(": this machine has no IPv6");
    }
}
