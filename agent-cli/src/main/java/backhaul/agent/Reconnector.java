package backhaul.agent;

import backhaul.pki.Credentials;
import backhaul.pki.CredentialsWatch;
import backhaul.transport.DurationText;
import backhaul.transport.OwnMessage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.security.Security;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The only loop: connects to one relay, serves, backs off, and starts over until it is told to stop. It runs on its own
 * thread; the stopping thread calls {@link #interrupt}.
 */
final class Reconnector implements Runnable {
    static {
        // The home's view of a name changes with its address: ask again at each attempt.
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
    }

    /** Between two offers to a collector that is away; kernels answer about this often (Linux: icmp_ratelimit). */
    private static final Duration OFFER_INTERVAL = Duration.ofSeconds(1);

    private final HostPort relay;
    private final AgentConfig config;
    private final CredentialsWatch credentials;
    private final State state;
    private final StopSignal stop;
    private final Backoff backoff;
    private final RelayLog log;
    private final Handover handover;
    private final PendingNotices notices;
    private final Lookup lookup;
    private final Predicate<InetAddress> present;

    // Loop only.
    private final Addresses addresses;
    private final Backoff offering = new Backoff(() -> 0, System::nanoTime);
    private long messagesBefore; // when the collector was away last
    private boolean collectorAway; // the last connection ended because of that
    private String allowing; // the line that was shown for the relay's allow-list; null if none was

    private final Progress progress;
    private volatile String ended; // how the last attempt ended; null before; written by the loop

    private volatile RelaySocket socket; // written by the loop before each attempt, read by interrupt()
    private volatile RelayConnection connection; // likewise; null unless one is being served

    /** @param present does this machine have that address? */
    Reconnector(
            HostPort relay,
            AgentConfig config,
            CredentialsWatch credentials,
            State state,
            Function<RelayLog, SyslogSender> senders,
            PendingNotices notices,
            StopSignal stop,
            Backoff backoff,
            Progress progress,
            Lookup.Resolver resolver,
            Predicate<InetAddress> present) {
        this.relay = relay;
        this.config = config;
        this.credentials = credentials;
        this.state = state;
        this.stop = stop;
        this.backoff = backoff;
        this.progress = progress;
        this.log = new RelayLog(relay);
        this.notices = notices;
        this.lookup = new Lookup(relay.host(), resolver);
        this.present = present;
        this.addresses = new Addresses(config.connectTimeout());
        Position position = state.position(relay);
        Silence silence = new Silence(relay, config.silence(), position.mark());
        this.handover = new Handover(relay, senders.apply(log), position, silence, log);
    }

    @Override
    public void run() {
        while (!stop.requested()) {
            collectorAway = false;
            progress.within(config.connectTimeout());
            Outcome outcome = attempt();
            if (outcome.next() == Outcome.Next.SAME_AGAIN) {
                continue;
            }
            ended = outcome.sentence();
            int held = handover.held();
            state.saveSoon();
            if (stop.requested()) {
                break;
            }
            if (outcome.lived().isZero()) {
                handover.counters().failures.add(1);
            }
            if (collectorAway) {
                log.warning(outcome.sentence() + "; trying the collector again every second");
                awaitCollector();
            } else if (held > 0) {
                log.warning(outcome.sentence() + "; " + Handover.REFUSED + ": trying it again every second");
                awaitCollector();
            } else if (outcome.next() == Outcome.Next.AT_ONCE) {
                log.warning(outcome.sentence() + "; next attempt now");
            } else {
                Duration delay = backoff.next(outcome);
                log.warning(outcome.sentence() + "; next attempt in " + DurationText.show(delay));
                tellNotices(outcome.sentence());
                if (handover.held() > 0) {
                    awaitCollector();
                } else {
                    progress.within(delay);
                    stop.await(delay);
                }
            }
        }
        log.settle(true);
        log.info(handover.summary());
        handover.close();
    }

    /** Reports due notices although there is no stream: it may be missing because a certificate was not renewed. */
    private void tellNotices(String failure) {
        try {
            notices.tell(handover);
            handover.tellSilence(failure);
            handover.flush();
        } catch (CollectorAwayException e) {
            // The next connection finds out, and reports it.
        }
    }

    /** Shows it once for each certificate: the line is long. */
    private void tellAllowing(String line) {
        if (!line.equals(allowing)) {
            allowing = line;
            log.warning("To let this agent in, add this to relay.tls.allow on the relay: " + line);
        }
    }

    /** Returns when the collector takes messages again, or when stop is requested. */
    private void awaitCollector() {
        Moment begin = Moment.now();
        int held = handover.held();
        // A collector that seems back each time, but takes nothing, must not wear out the relay.
        Duration wait = offering.next(handover.messages() > messagesBefore);
        messagesBefore = handover.messages();
        handover.counters().collectorAway(true);
        progress.within(wait);
        for (; !stop.await(wait); wait = OFFER_INTERVAL) {
            progress.within(OFFER_INTERVAL);
            if (handover.offer()) {
                handover.counters().collectorAway(false);
                handover.counters().repeated.add(held);
                log.info("The collector " + config.collector() + " takes messages again after "
                        + DurationText.show(begin.until(Moment.now())) + ", "
                        + OwnMessage.messages(held) + " repeated");
                return;
            }
        }
    }

    RelayCounters counters() {
        return handover.counters();
    }

    /** The relay has accepted once, or an attempt has failed. Any thread. */
    boolean attempted() {
        return ended != null || counters().connections.get() > 0;
    }

    /** The state of the connection to this relay: a clause that begins in lower case. Any thread. */
    String state() {
        String why = ended;
        return counters().connectedSince() != null
                ? "connected to " + relay
                : why == null ? "connecting to " + relay : "not connected to " + relay + ": " + why;
    }

    /** Does the loop stand still? Runs on the timer. */
    boolean standsStill() {
        return progress.standsStill(counters().received.get());
    }

    /** Ends the current attempt or session, a session politely; stop has been requested before. */
    void interrupt() {
        RelayConnection current = connection;
        RelaySocket connecting = socket;
        lookup.cancel();
        if (current != null) {
            current.farewell();
        } else if (connecting != null) {
            connecting.cut();
        }
    }

    /** Disconnects if the address the connection was made from is no longer present on this machine. */
    void checkAddress() {
        RelaySocket current = socket;
        if (current != null) {
            current.checkAddress(present);
        }
    }

    /** Disconnects if the relay's certificate, or the one the connection was made with, is no longer valid. */
    void checkTrust(Credentials current, Instant now) {
        RelaySocket established = socket;
        if (established != null) {
            established.checkTrust(current, now);
        }
    }

    /** Tries the relay's addresses in turn until one is connected, and serves that one. */
    private Outcome attempt() {
        List<InetAddress> round;
        try {
            round = addresses.ordered(lookup.addresses(config.connectTimeout()));
        } catch (IOException e) {
            return Outcome.failed(RelayCheck.explain(e, relay.toString()));
        }
        boolean several = round.size() > 1;
        Map<InetAddress, String> failures = new LinkedHashMap<>();
        Outcome.Next next = Outcome.Next.LATER;
        boolean restarting = false;
        for (Duration patience = addresses.patience(round.size());
                !round.isEmpty();
                patience = config.connectTimeout()) {
            List<InetAddress> late = new ArrayList<>();
            for (InetAddress address : round) {
                Outcome outcome = attempt(address, patience, late);
                if (outcome.relaySpoke()) {
                    addresses.good(address);
                }
                if (outcome.relaySpoke() || !outcome.lived().isZero() || !several) {
                    return outcome;
                }
                failures.put(address, outcome.sentence()); // another address may be another relay
                next = outcome.next() == Outcome.Next.SOON ? outcome.next() : next;
                restarting |= outcome.next() == Outcome.Next.SOON && addresses.isGood(address);
            }
            round = restarting ? List.of() : late; // the relay will be where it was: try that soon
        }
        StringJoiner all = new StringJoiner("; ");
        failures.forEach((address, reason) -> all.add(new RelaySocket(relay, address).address() + ": " + reason));
        return Outcome.failed(all.toString()).then(next);
    }

    /**
     * Tries one address, and serves the relay if it is there.
     *
     * @param patience for TCP; the other steps have the whole limit
     * @param late gets the address if it should have more time
     */
    private Outcome attempt(InetAddress address, Duration patience, List<InetAddress> late) {
        progress.within(patience.plus(config.connectTimeout()));
        RelaySocket candidate = new RelaySocket(relay, address);
        boolean patient = patience.equals(config.connectTimeout());
        boolean answered = false;
        Deadline deadline = new Deadline(patience, candidate::cut);
        socket = candidate;
        try {
            if (stop.requested()) {
                return Outcome.failed("stopped"); // before interrupt() could have seen the socket
            }
            Credentials shown = credentials.current();
            candidate.dial(deadline);
            candidate.lookForAddress(present);
            answered = true;
            if (!patient) {
                deadline.disarm();
                deadline = new Deadline(config.connectTimeout(), candidate::cut);
            }
            candidate.secure(shown, deadline);
            return serve(candidate, shown, deadline);
        } catch (ConnectException e) {
            handover.refused();
            return Outcome.failed(RelayCheck.explain(e, "the relay")).then(Outcome.Next.SOON);
        } catch (IOException e) {
            if (deadline.passed() && !answered && !patient) {
                late.add(address);
            }
            String known = candidate.addressGone() != null ? candidate.addressGone() : candidate.flood();
            return Outcome.failed(known != null ? known : RelayCheck.explain(e, "the relay"));
        } catch (RuntimeException e) {
            log.error("A mistake in the agent ended the attempt", e);
            return Outcome.failed("a mistake in the agent");
        } finally {
            deadline.disarm();
            candidate.cut();
        }
    }

    private Outcome serve(RelaySocket connected, Credentials shown, Deadline deadline) {
        RelayConnection serving = new RelayConnection(
                connected,
                deadline,
                state.instance(),
                shown.certificate().getSubjectX500Principal().getName(),
                handover,
                notices,
                progress,
                log);
        connection = serving;
        if (stop.requested()) {
            serving.farewell();
        }
        try {
            Outcome outcome = serving.serve();
            collectorAway = serving.collectorAway();
            if (serving.notAllowed()) {
                tellAllowing(RelayWords.allowing(shown.certificate()));
            }
            return outcome;
        } finally {
            connection = null;
        }
    }
}
