package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The real daemons at both ends. */
class DaemonsIT {
    private static final RelayServer RELAY = RelayServer.shared();

    private static void expect(Collector collector, List<String> sent) {
        try {
            Wait.until(
                    sent.size() + " lines in the collector's file",
                    () -> collector.lines().size() >= sent.size());
        } catch (RuntimeException e) {
            // The missing messages are reported below.
        }
        assertThat(collector.lines()).isEqualTo(sent);
    }

    /** Of many kinds, in the form in which rsyslog writes them again. */
    private static List<String> ordinary() {
        List<String> messages = new ArrayList<>();
        String head = "1 2026-11-23T10:15:00.123456Z www.example ";
        for (int priority = 0; priority < 192; priority++) {
            messages.add("<" + priority + ">" + head + "app" + priority + " 4711 ID47 - priority " + priority);
        }
        messages.add("<13>" + head + "backup 1 - - Grüße, 12 € und ein 🦊");
        messages.add("<165>" + head + "evntslog - ID47 [exampleSDID@32473 iut=\"3\" eventSource=\"App\"] An event");
        messages.add("<38>" + head + "sshd 811 - - Accepted publickey for admin from 198.51.100.7 port 50022");
        messages.add("<13>" + head + "long 1 - - " + "0123456789".repeat(400));
        messages.add("<13>" + head + "spaces 1 - - two  spaces   and three, #012, %d \\n 'quoted' \"twice\"");
        return messages;
    }

    @Test
    void everyMessageOfTheHostIsInBothCollectorsFiles() {
        List<String> sent = ordinary();
        try (Collector rsyslog = RsyslogCollector.start("daemons-rsyslog");
                Collector syslogNg = SyslogNgCollector.start("daemons-syslog-ng");
                RsyslogHost host = RsyslogHost.start("daemons-host", RELAY);
                AgentProcess first = AgentProcess.start("daemons-1", rsyslog.port(), RELAY);
                AgentProcess second = AgentProcess.start("daemons-2", syslogNg.port(), RELAY)) {
            RELAY.awaitAgents(2);
            host.log(sent);
            expect(rsyslog, sent);
            expect(syslogNg, sent);
        }
        RELAY.awaitAgents(0);
    }

    @Test
    void aProgramsLogLineComesHome() {
        String logger = Tool.require("logger");
        try (Collector home = RsyslogCollector.start("logger-home");
                RsyslogHost host = RsyslogHost.start("logger-host", RELAY);
                AgentProcess agent = AgentProcess.start("logger", home.port(), RELAY)) {
            RELAY.awaitAgents(1);
            Command.run(logger, "--socket", host.socket().toString(), "-t", "backup", "-p", "user.warning", "42 files")
                    .expect(0);
            Wait.until("a line at home", () -> !home.lines().isEmpty());
            assertThat(home.lines()).singleElement().asString().matches("<12>1 \\S+ \\S+ backup - - - +42 files");
        }
        RELAY.awaitAgents(0);
    }

    @Test
    void aBurstOf500ArrivesCompleteAndInOrder() {
        Received came = new Received();
        List<String> sent = Messages.numbered("burst", 0, 500);
        try (UdpSink home = new UdpSink(came);
                RsyslogHost host = RsyslogHost.start("burst-host", RELAY);
                AgentProcess agent = AgentProcess.start("burst", home.port(), RELAY)) {
            RELAY.awaitAgents(1);
            host.log(sent);
            Wait.until("500 messages", () -> came.count() >= 500);
        }
        RELAY.awaitAgents(0);
        assertThat(came.messages().stream().map(DaemonsIT::line)).isEqualTo(sent);
    }

    @Test
    void aBurstOf500ArrivesAtAnAgentThatReadsSlowly() throws Exception {
        List<String> sent = Messages.numbered("slow", 0, 500);
        List<String> came = new ArrayList<>();
        try (HandmadeAgent agent = HandmadeAgent.connect(RELAY, Ca.shared().agent("slow"));
                RsyslogHost host = RsyslogHost.start("slow-host", RELAY)) {
            RELAY.awaitAgents(1);
            long before = RELAY.health().number("received");
            host.log(sent);
            Wait.until("the relay has all", () -> RELAY.health().number("received") - before == 500);
            while (came.size() < 500) {
                LockSupport.parkNanos(2_000_000); // the agent's slowness, which is what is tested
                byte[] message = agent.next();
                assertThat(message)
                        .as("after %d messages the connection ended", came.size())
                        .isNotNull();
                came.add(line(message));
            }
        }
        RELAY.awaitAgents(0);
        assertThat(came).isEqualTo(sent);
    }

    /** rsyslog's template ends in LF, which it sends along. */
    private static String line(byte[] message) {
        String text = new String(message, StandardCharsets.UTF_8);
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
