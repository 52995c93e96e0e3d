package backhaul.relay;

import java.util.concurrent.ThreadFactory;

/**
 * What a running relay consists of, as its connections need it.
 *
 * @param config as parsed at start
 * @param tls how a socket becomes a TLS connection
 * @param policy who is let in after the handshake
 * @param backlog the ring
 * @param agents who is connected
 * @param threads the container's threads
 * @param log the relay's own log
 * @param stream random id of this run of the relay
 */
record RelayContext(
        RelayConfig config,
        TlsEndpoint tls,
        PeerPolicy policy,
        Backlog backlog,
        Agents agents,
        ThreadFactory threads,
        RelayLog log,
        String stream) {}
