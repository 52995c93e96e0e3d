package backhaul.relay;

import backhaul.relay.settings.RelayConfig;
import backhaul.relay.status.ConnectionCounters;
import java.util.concurrent.ThreadFactory;

/**
 * What a running relay consists of, as its connections need it.
 *
 * @param config as parsed at start
 * @param trust who we are and whom we let in, as of now
 * @param backlog the ring
 * @param agents who is connected
 * @param admissions how many came and were let in or not
 * @param loops the container's platform threads, for what messages wait for
 * @param threads the container's threads for what mostly waits itself; virtual where Java has those
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
