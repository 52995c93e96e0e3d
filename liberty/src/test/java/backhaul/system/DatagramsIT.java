package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a datagram holds arrives as it was sent. */
class DatagramsIT {
    private static final RelayServer RELAY = RelayServer.shared();

    /** Bytes on the way at a time, so that the smallest usual receive buffers lose none. */
    private static final int RECEIVE_BUFFER = 32 * 1024;

    private static void expectUnchanged(String name, List<byte[]> messages) {
        Received came = new Received();
        try (UdpSink home = new UdpSink(came);
                AgentProcess agent = AgentProcess.start(name, home.port(), RELAY);
                UdpSource host = new UdpSource(RELAY)) {
            RELAY.awaitAgents(1);
            int waiting = 0;
            for (int i = 0; i < messages.size(); i++) {
                int length = messages.get(i).length;
                int sent = i;
                if (waiting + length > RECEIVE_BUFFER) {
                    Wait.until(sent + " messages", () -> came.count() >= sent);
                    waiting = 0;
                }
                host.send(messages.get(i));
                waiting += length;
            }
            came.expect(messages);
        }
        RELAY.awaitAgents(0);
    }

    private static byte[] random(int length) {
        byte[] message = new byte[length];
        new Random(length).nextBytes(message);
        return message;
    }

    @Test
    void sizesFrom1To65507ArriveUnchanged() {
        List<byte[]> messages = new ArrayList<>();
        for (int length : new int[] {1, 2, 9, 10, 99, 100, 1023, 1024, 1025, 8191, 8192, 16_384, 65_506, 65_507}) {
            messages.add(random(length));
        }
        expectUnchanged("sizes", messages);
    }

    @Test
    void everyOctetArrivesUnchanged() {
        List<byte[]> messages = new ArrayList<>();
        byte[] all = new byte[256];
        for (int octet = 0; octet < 256; octet++) {
            messages.add(new byte[] {(byte) octet});
            all[octet] = (byte) octet;
        }
        messages.add(all);
        expectUnchanged("octets", messages);
    }

    @Test
    void whatLooksLikeTheFramingArrivesUnchanged() {
        expectUnchanged(
                "framing",
                List.of(
                        Messages.octets("\n"),
                        Messages.octets("\n\n\n"),
                        Messages.octets("\0"),
                        Messages.octets("<13>with\0NUL and\nLF\n"),
                        Messages.octets("BYE shutdown no\n"),
                        Messages.octets("ALIVE\n"),
                        Messages.octets("5 hello7 another")));
    }

    @Test
    void emptyDatagramsAreIgnoredAndCounted() {
        Received came = new Received();
        try (UdpSink home = new UdpSink(came);
                AgentProcess agent = AgentProcess.start("empty", home.port(), RELAY);
                UdpSource host = new UdpSource(RELAY)) {
            RELAY.awaitAgents(1);
            Health before = RELAY.health();
            List.of("", "first", "", "", "second").forEach(host::send);
            came.expectText(List.of("first", "second"));
            Health after = RELAY.health();
            assertThat(after.number("empty") - before.number("empty")).isEqualTo(3);
            assertThat(after.number("received") - before.number("received")).isEqualTo(2);
        }
        RELAY.awaitAgents(0);
    }
}
