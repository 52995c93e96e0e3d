package backhaul.relay;

import backhaul.relay.host.HeapSpace;
import backhaul.relay.host.OpenFiles;
import backhaul.relay.settings.RelayConfig;
import backhaul.relay.status.DisconnectedAgent;
import backhaul.relay.status.Sample;
import backhaul.relay.status.Status;
import backhaul.relay.status.Text;
import backhaul.relay.status.Trend;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Watches a running relay from outside: remembers its counters, one sample a second, and reports its state when
 * somebody asks. {@link #sweep} runs on housekeeping, {@link #status} on any thread.
 */
final class RelayWatch {
    private static final Duration TURN_LIMIT = Duration.ofSeconds(5);

    private final RelayContext context;
    private final UdpReceiver receiver;
    private final TlsListener listener;
    private final DropWatch drops;
    private final List<String> shortcomings;
    private final Instant since = Instant.now();
    private final History history = new History();

    RelayWatch(RelayContext context, Ring ring, UdpReceiver receiver, TlsListener listener, DropWatch drops) {
        this.context = context;
        this.receiver = receiver;
        this.listener = listener;
        this.drops = drops;
        this.shortcomings = Stream.concat(Stream.ofNullable(ring.trouble()), shortcomings(context.config()))
                .toList();
    }

    /** Why this process cannot serve as many agents as the configuration allows. */
    static Stream<String> shortcomings(RelayConfig config) {
        return Stream.of(
                        OpenFiles.tooFewForAll(OpenFiles.limit(), config),
                        HeapSpace.tooLittleForAll(HeapSpace.limit(), config))
                .filter(Objects::nonNull);
    }

    /** Takes a sample if it is time. */
    synchronized void sweep(long now) {
        if (history.isDue(now)) {
            history.add(sample(), context.agents().connected());
        }
    }

    /** Takes samples one after the other, so that a later one never has less than an earlier one. */
    private synchronized Trend trend() {
        return history.upTo(sample());
    }

    /** Guarded by this. */
    private Sample sample() {
        Backlog backlog = context.backlog();
        RingHeader.Count count = backlog.about().count();
        return new Sample(
                System.nanoTime(),
                count.received(),
                count.next(),
                backlog.written(),
                drops.dropped(),
                context.agents().lost());
    }

    /** Its state now. */
    Status status() {
        Instant now = Instant.now();
        Backlog backlog = context.backlog();
        Agents.Roll roll = context.agents().roll();
        // Positions first, then the end of the ring: no agent is ahead of it, and the numbers add up.
        List<Place> places = roll.connected().stream().map(Place::of).toList();
        Trend trend = trend();
        RingHeader.Count count = backlog.about().count();
        long next = count.next();
        List<Status.Connected> served = new ArrayList<>();
        for (Place place : places) {
            if (!place.agent().isEnding()) {
                served.add(connected(place, next, trend));
            }
        }
        served.sort(Comparator.comparing(Status.Connected::subject).thenComparing(Status.Connected::since));
        Status.Counts counts = new Status.Counts(
                count.received(),
                receiver.empty(),
                drops.dropped(),
                count.notices(),
                context.agents().lost(),
                next,
                Math.min(next, backlog.oldest()));
        Status.Ring ring = ring(counts, trend, served);
        List<Status.Gone> gone = roll.departed().stream()
                .map(agent -> gone(agent, counts, trend))
                .toList();
        return new Status(
                now,
                since,
                listening(),
                backlog.stream(),
                backlog.about().since(),
                problem(now),
                context.trust().concern(now),
                shortcomings,
                isReceiving(),
                counts,
                ring,
                trend,
                List.copyOf(served),
                gone,
                tallies(roll, places, served),
                context.admissions().count(listener.underway()),
                context.trust().current().identity(now),
                context.log().events().latest());
    }

    String listening() {
        return "syslog on UDP " + Text.listening(receiver.address()) + ", agents on TLS "
                + Text.listening(listener.address());
    }

    /** Its state in a few words, without a number that changes all the time. */
    String state() {
        String problem = problem(Instant.now());
        return problem != null
                ? Text.capital(problem)
                : Text.agents(context.agents().connected().stream()
                        .filter(agent -> !agent.isEnding())
                        .count());
    }

    /** The same with the rate of the last seconds. */
    String line() {
        return state() + ", " + Text.rate(trend().perSecond(Sample::received, Trend.NOW)) + "/s";
    }

    /** False if the receiver stands still. */
    boolean isReceiving() {
        return receiver.isTurning(TURN_LIMIT);
    }

    /** False if the acceptor stands still. */
    boolean isAccepting() {
        return listener.isTurning(TURN_LIMIT);
    }

    /** Why no agent could connect now, or would get no new messages; null if all is well. */
    private String problem(Instant now) {
        if (!isAccepting()) {
            return "the acceptor on " + Text.peer(listener.address()) + " makes no progress, the log says why";
        }
        return Stream.of(listener.trouble(), receiver.trouble())
                .filter(Objects::nonNull)
                .findFirst()
                .orElseGet(() -> context.trust().current().problem(now));
    }

    /** An agent's position: the messages that it was sent and lost, each number read once. */
    private record Place(AgentConnection agent, long sent, long lost, long octets) {
        static Place of(AgentConnection agent) {
            AgentQueue queue = agent.queue();
            return new Place(agent, queue.sent(), queue.lost(), queue.octets());
        }

        long sequence() {
            return agent.queue().first() + sent + lost;
        }
    }

    private Status.Connected connected(Place place, long next, Trend trend) {
        AgentConnection agent = place.agent();
        Hello hello = agent.peer().hello();
        return new Status.Connected(
                agent.peer().subject(),
                agent.peer().address(),
                hello == null ? "" : hello.instance(),
                agent.peer().octetCounted(),
                agent.since(),
                agent.queue().first(),
                place.sent(),
                next - place.sequence(),
                place.lost(),
                history.rate(agent),
                place.octets(),
                trend.age(place.sequence()));
    }

    private Status.Ring ring(Status.Counts counts, Trend trend, List<Status.Connected> agents) {
        Backlog backlog = context.backlog();
        return new Status.Ring(
                backlog.size(),
                backlog.octetsSince(counts.oldest()),
                backlog.written(),
                agents.stream().mapToLong(Status.Connected::octets).max().orElse(0),
                trend.age(counts.oldest()),
                lasts(backlog.size(), backlog.mostMessages(), trend));
    }

    /** The time until so many bytes, or so many messages, have come. */
    private static Optional<Duration> lasts(long octets, long messages, Trend trend) {
        double octetRate = trend.perSecond(Sample::octets, Trend.MINUTE);
        double rate = trend.perSecond(Sample::next, Trend.MINUTE);
        if (rate <= 0 || octetRate <= 0) {
            return Optional.empty();
        }
        double seconds = Math.min(octets / octetRate, messages / rate);
        return Optional.of(Duration.ofMillis((long) (seconds * 1000)));
    }

    private Status.Gone gone(DisconnectedAgent agent, Status.Counts counts, Trend trend) {
        Backlog backlog = context.backlog();
        long waiting = Math.max(0, counts.next() - Math.max(agent.next(), counts.oldest()));
        long lost = Math.max(0, counts.oldest() - agent.next());
        return new Status.Gone(
                agent,
                waiting,
                lost,
                lost > 0
                        ? Optional.empty()
                        : lasts(
                                backlog.size() - backlog.octetsSince(agent.next()),
                                backlog.mostMessages() - waiting,
                                trend));
    }

    private static List<Status.Tally> tallies(Agents.Roll roll, List<Place> places, List<Status.Connected> served) {
        Map<String, Agents.Sum> sums = new TreeMap<>(roll.former());
        for (Place place : places) {
            sums.merge(place.agent().peer().subject(), new Agents.Sum(place.sent(), place.lost()), Agents.Sum::plus);
        }
        Map<String, List<Status.Connected>> bySubject =
                served.stream().collect(Collectors.groupingBy(Status.Connected::subject));
        List<Status.Tally> tallies = new ArrayList<>();
        sums.forEach((subject, sum) -> {
            List<Status.Connected> now = bySubject.getOrDefault(subject, List.of());
            Status.Connected last = now.stream()
                    .max(Comparator.comparing(Status.Connected::waiting))
                    .orElse(null);
            tallies.add(new Status.Tally(
                    subject,
                    now.size(),
                    now.isEmpty() ? null : now.get(0).since(),
                    sum.sent(),
                    sum.lost(),
                    last == null ? 0 : last.waiting(),
                    last == null ? Optional.of(Duration.ZERO) : last.behind()));
        });
        return tallies;
    }
}
