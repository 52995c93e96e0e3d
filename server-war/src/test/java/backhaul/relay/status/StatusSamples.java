package backhaul.relay.status;

import backhaul.pki.Certificates;
import backhaul.pki.Credentials;
import backhaul.pki.TestCa;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.IntUnaryOperator;

/** Statuses of relays, for tests of their forms. */
public final class StatusSamples {
    static final Instant NOW = Instant.parse("2026-11-24T10:15:03Z");
    static final long RING = 32 << 20;

    private static final Credentials OWN = TestCa.create(Path.of("target", "test-ca"))
            .relay("relay", "DNS:localhost")
            .issue()
            .credentials();
    private static final long SECOND = 1_000_000_000L;

    private StatusSamples() {}

    /** All is well: one agent, which is not behind, of a relay without incidents. */
    static Status calm() {
        Trend trend = trend(900, second -> 30, 0, 0);
        return status(
                null,
                trend,
                new Status.Counts(27_000, 0, 0, 0, 0, 27_000, 0),
                List.of(agent("home", "[203.0.113.7:50022]", 27_000, 0, 0, 0, 0)),
                List.of());
    }

    /** Four agents of which one lags, one has lost some; one has left; the kernel has dropped some. */
    static Status busy() {
        return busy(identity("no revocation list", OptionalLong.empty()));
    }

    /** The same with a revocation list. */
    static Status busyWithList() {
        return busy(identity("1 revocation list", OptionalLong.of(29)));
    }

    private static Status busy(Status.Identity identity) {
        Random random = new Random(7);
        Trend trend = trend(
                900,
                second -> (int) (900
                        + 350 * Math.sin(second / 70.0)
                        + random.nextInt(200)
                        + (second > 560 && second < 600 ? 6_000 : 0)),
                580,
                1_204);
        long next = 48_213_904;
        Status.Counts counts = new Status.Counts(next - 3, 12, 1_204, 3, 20_377, next, next - 103_998);
        return status(
                identity,
                null,
                trend,
                counts,
                List.of(
                        agent("home", "[203.0.113.7:50022]", next, 0, 0, 0, 0),
                        agent("laptop", "[2001:db8:7:1::5]:41204", next, 4_100_000, 61_220, 20_377, 19_800_000),
                        agent("office", "[198.51.100.20:33010]", next, 900_000, 14, 0, 4_200),
                        lines("reader", "[192.0.2.44:60122]", next, 80_000, 0)),
                List.of(new Status.Gone(
                        new DisconnectedAgent(
                                "CN=cabin,O=Example,ST=FL,C=US",
                                "[203.0.113.99:50110]",
                                NOW.minusSeconds(312),
                                "it said goodbye: collector nobody listens on 127.0.0.1:514",
                                next - 88_120),
                        88_120,
                        0,
                        Optional.of(Duration.ofSeconds(74)))));
    }

    /** A usual day, for the picture in the documents: two agents, and a laptop that has been shut. */
    static Status picture() {
        Random random = new Random(3);
        Trend trend = trend(
                900,
                second -> (int) (42 + 14 * Math.sin(second / 95.0) + random.nextInt(18) + (second % 300 < 14 ? 95 : 0)),
                0,
                0);
        long next = 4_182_377;
        return status(
                null,
                trend,
                new Status.Counts(next - 1, 0, 0, 1, 0, next, next - 103_998),
                List.of(
                        agent("home", "[203.0.113.7:50022]", 49.2, next, 0, 0, 0, 0),
                        agent("office", "[198.51.100.20:33010]", 49.2, next, 1_204_511, 0, 0, 0)),
                List.of(new Status.Gone(
                        new DisconnectedAgent(
                                "CN=laptop,O=Example,ST=FL,C=US",
                                "[198.51.100.87:50110]",
                                NOW.minusSeconds(312),
                                "it said goodbye: shutdown the agent is stopping",
                                next - 16_120),
                        16_120,
                        0,
                        Optional.of(Duration.ofMinutes(28)))));
    }

    /** The text of a certificate by which somebody wants to write into the page. */
    static Status hostile() {
        String script = "CN=<script>alert(1)</script>,O=\"><img src=x onerror='alert(2)'>&";
        Status.Connected agent = new Status.Connected(
                script,
                "[203.0.113.7:50022]",
                "i",
                true,
                NOW.minusSeconds(60),
                0,
                1,
                9,
                1,
                0.2,
                RING * 95 / 100,
                Optional.empty());
        return new Status(
                NOW,
                NOW.minusSeconds(60),
                "nowhere",
                "0123456789abcdef",
                NOW.minusSeconds(60),
                "</li><script>alert(3)</script>",
                null,
                List.of("the ring in <b>ring</b> is new"),
                true,
                new Status.Counts(10, 0, 0, 0, 1, 10, 0),
                new Status.Ring(RING, 10, 10, 10, Optional.empty(), Optional.empty()),
                trend(10, second -> 1, 0, 0),
                List.of(agent),
                List.of(new Status.Gone(
                        new DisconnectedAgent(script, "[::1]:5", NOW, "bye <b>\\n</b>", 3), 1, 2, Optional.empty())),
                List.of(),
                admissions(),
                identity("no revocation list", OptionalLong.empty()),
                List.of(new Events.Event(0, NOW, Level.ERROR, "<i>line</i> \"'&")));
    }

    /** The same with other agents. */
    static Status with(Status status, List<Status.Connected> agents) {
        return status(null, status.trend(), status.counts(), agents, List.of());
    }

    private static Status status(
            String problem,
            Trend trend,
            Status.Counts counts,
            List<Status.Connected> agents,
            List<Status.Gone> departed) {
        return status(identity("no revocation list", OptionalLong.empty()), problem, trend, counts, agents, departed);
    }

    private static Status status(
            Status.Identity identity,
            String problem,
            Trend trend,
            Status.Counts counts,
            List<Status.Connected> agents,
            List<Status.Gone> departed) {
        List<Status.Tally> tallies = new ArrayList<>();
        agents.forEach(agent -> tallies.add(new Status.Tally(
                agent.subject(), 1, agent.since(), agent.sent(), agent.lost(), agent.waiting(), agent.behind())));
        departed.forEach(gone -> tallies.add(
                new Status.Tally(gone.agent().subject(), 0, null, 4_711, gone.lost(), 0, Optional.of(Duration.ZERO))));
        return new Status(
                NOW,
                NOW.minus(Duration.ofHours(31)),
                "syslog on UDP 127.0.0.1:514, agents on TLS *:514",
                "0123456789abcdef",
                NOW.minus(Duration.ofDays(3)),
                problem,
                null,
                List.of(),
                true,
                counts,
                new Status.Ring(
                        RING,
                        counts.oldest() == 0 ? RING / 4 : RING - 300,
                        counts.next() * 310,
                        agents.stream()
                                .mapToLong(Status.Connected::octets)
                                .max()
                                .orElse(0),
                        Optional.of(Duration.ofSeconds(117)),
                        Optional.of(Duration.ofSeconds(121))),
                trend,
                agents,
                departed,
                tallies,
                admissions(),
                identity,
                List.of(
                        event(
                                6,
                                12,
                                Level.WARNING,
                                "Agent refused: [192.0.2.201:40022]: it speaks plain text such as HTTP, not TLS"),
                        event(
                                5,
                                312,
                                Level.INFO,
                                "Agent disconnected: CN=cabin,O=Example,ST=FL,C=US [203.0.113.99:50110] after 2 h 10 min, 4711 messages sent, 0 lost: it said goodbye: collector nobody listens on 127.0.0.1:514"),
                        event(
                                4,
                                320,
                                Level.WARNING,
                                "1204 messages lost before the relay could read them: the receive buffer of its UDP socket was full, see relay.udp.receive-buffer"),
                        event(
                                3,
                                4_000,
                                Level.INFO,
                                "Changed certificate files taken up: CN=relay.example.net,O=Example,ST=FL,C=US (serial 57c4, issued by CN=Backhaul Intermediate CA,O=Example,ST=FL,C=US, valid until 2029-02-25), agents issued by /C=US/ST=FL/O=Example/CN=Backhaul Intermediate CA, no allow-list, no revocation list")));
    }

    private static Events.Event event(long number, long secondsAgo, Level level, String line) {
        return new Events.Event(number, NOW.minusSeconds(secondsAgo), level, line);
    }

    private static Status.Connected agent(
            String name, String address, long next, long first, long waiting, long lost, long octets) {
        return agent(name, address, 947.3, next, first, waiting, lost, octets);
    }

    private static Status.Connected agent(
            String name, String address, double rate, long next, long first, long waiting, long lost, long octets) {
        return new Status.Connected(
                "CN=" + name + ",O=Example,ST=FL,C=US",
                address,
                name + "-1",
                true,
                NOW.minus(Duration.ofMinutes(7 + name.length() * 31L)),
                first,
                next - first - waiting - lost,
                waiting,
                lost,
                rate,
                octets,
                Optional.of(Duration.ofMillis(waiting)));
    }

    private static Status.Connected lines(String name, String address, long next, long first, long waiting) {
        Status.Connected agent = agent(name, address, next, first, waiting, 0, 0);
        return new Status.Connected(
                agent.subject(),
                address,
                "",
                false,
                agent.since(),
                agent.first(),
                agent.sent(),
                waiting,
                0,
                agent.rate(),
                0,
                agent.behind());
    }

    /** This many seconds of samples, with {@code missed} messages dropped in second {@code at}. */
    public static Trend trend(int seconds, IntUnaryOperator rate, int at, long missed) {
        List<Sample> samples = new ArrayList<>();
        long received = 0;
        long dropped = 0;
        for (int second = 0; second < seconds; second++) {
            samples.add(new Sample(second * SECOND, received, received, received * 310, dropped, 0));
            received += rate.applyAsInt(second);
            dropped += second == at ? missed : 0;
        }
        return new Trend(samples, new Sample(seconds * SECOND, received, received, received * 310, dropped, 0));
    }

    private static ConnectionCounters.Count admissions() {
        Map<ConnectionCounters.Refusal, Long> refused = new EnumMap<>(ConnectionCounters.Refusal.class);
        for (ConnectionCounters.Refusal why : ConnectionCounters.Refusal.values()) {
            refused.put(why, why == ConnectionCounters.Refusal.TLS ? 1_302L : 0L);
        }
        return new ConnectionCounters.Count(1_311, 9, 1, refused);
    }

    private static Status.Identity identity(String revocations, OptionalLong revocationsDaysLeft) {
        return new Status.Identity(
                OWN,
                Certificates.describe(OWN.certificate()),
                "names DNS:localhost; chain CN=relay,O=Example; relay.tls.key belongs to it",
                "CN=Test Issuing CA",
                "issued by /O=Test/CN=Test Issuing CA, no allow-list",
                revocations,
                89,
                2999,
                revocationsDaysLeft);
    }
}
