package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code tail} begins with the messages that a real relay's ring still has, and continues with new ones. */
class EarlierMessagesIT {
    private static final int TOTAL = 6000; // of 290 bytes: more than the ring takes

    private RelayServer relay;

    @Test
    void itShowsTheLastOrAllThatTheRingHasAndThenWhatComes() {
        try (RelayServer closed = RelayServer.named("earlier-relay")
                        .with("relay.backlog.size", "1MiB")
                        .up();
                UdpSource host = new UdpSource(closed)) {
            relay = closed;
            host.send(0, TOTAL, 20_000, EarlierMessagesIT::message);
            Wait.until("all is received", () -> relay.books().number("received") == TOTAL);
            int oldest = (int) relay.books().number("oldest");
            assertThat(oldest).as("the oldest message in the ring").isPositive();
            try (Daemon last = tail("earlier-last", "--last", "3");
                    Daemon all = tail("earlier-all", "--all")) {
                Wait.until(
                        "both have begun",
                        () -> last.log().contains(message(TOTAL - 1))
                                && all.log().contains(message(TOTAL - 1)));
                relay.awaitAgents(2);
                host.send(message(TOTAL));
                expect(last, TOTAL - 3);
                expect(all, oldest);
            }
        }
    }

    /** It has shown these messages up to the last one, each once and in order, and nothing else. */
    private static void expect(Daemon tail, int first) {
        Wait.until("the live message", () -> tail.log().contains(message(TOTAL)));
        assertThat(tail.log()).isEqualTo(String.join("\n", Messages.numbered("earlier", first, TOTAL + 1)) + "\n");
    }

    private static String message(int number) {
        return Messages.numbered("earlier", number);
    }

    private Daemon tail(String name, String... options) {
        Machine machine = Ca.shared().agent(name);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(), "-XX:+UseSerialGC", "-Xmx32m"));
        command.addAll(List.of("-jar", Build.agentJar().toString(), "tail", "--raw"));
        command.addAll(
                List.of("--relay", relay.address(), "--cert", machine.cert().toString()));
        command.addAll(
                List.of("--key", machine.key().toString(), "--ca", machine.ca().toString()));
        command.addAll(List.of(options));
        return Daemon.startApart("tail", Build.scratch(name), command);
    }
}
