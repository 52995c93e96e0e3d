package backhaul.system;

import java.time.Duration;

/**
 * A home and a public host with its syslog daemon and its relay, in their own network namespaces; any number can run in
 * parallel.
 */
final class Site implements AutoCloseable {
    /** The silence after which either side gives a connection up: three heartbeats. */
    static final Duration SILENCE = Duration.ofSeconds(3);

    final Network network;
    final RelayServer relay;
    final RsyslogHost host;

    private Site(Network network, RelayServer relay, RsyslogHost host) {
        this.network = network;
        this.relay = relay;
        this.host = host;
    }

    /** Everything is up. If something is missing on this machine, the tests are skipped, or fail. */
    static Site start(String name) {
        Tool.require("rsyslogd");
        Network network = Network.create();
        RelayServer relay = null;
        try {
            relay = RelayServer.named(name + "-relay")
                    .in(network.host(), Network.HOST)
                    .with("relay.heartbeat", SILENCE.dividedBy(3).toMillis() + "ms");
            relay.up();
            return new Site(network, relay, RsyslogHost.start(name + "-host", relay));
        } catch (RuntimeException | Error e) {
            if (relay != null) {
                relay.close();
            }
            network.close();
            throw e;
        }
    }

    /** An agent at home of this name, and messages that flow to it. */
    HomeStream stream(String name, int perSecond) {
        return new HomeStream(this, name, perSecond);
    }

    @Override
    public void close() {
        try {
            host.close();
            relay.close();
        } finally {
            network.close();
        }
    }
}
