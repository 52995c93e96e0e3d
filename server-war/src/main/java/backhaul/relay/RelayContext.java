package backhaul.relay;

import backhaul.relay.settings.RelayConfig;
import backhaul.relay.status.ConnectionCounters;
import java.util.concurrent.ThreadFactory;

/**
 * The parts of a running relay that its connections need.
 *
 * @param config as parsed at start
 * @param trust who we are and whom we let in, as of now
 * @param backlog the ring
 * @param agents who is connected
 * @param admissions how many came and were let in or not
 * @param loops the container's platform threads, for work that messages wait for
 * @param threads the container's threads for work that mostly waits; virtual if Java has those
 * @param log the relay's own log
 */
record RelayContext(
        RelayConfig config,
        TrustWatch trust,
        Backlog backlog,
        Agents agents,
        ConnectionCounters admissions,
        ThreadFactory loops,
        ThreadFactory threads,
        RelayLog log) {}
