package backhaul.relay;

import backhaul.pki.Certificates;
import backhaul.relay.host.BindFailure;
import backhaul.relay.host.HeapSpace;
import backhaul.relay.host.UdpSocket;
import backhaul.relay.settings.RelayConfig;
import backhaul.relay.status.ConnectionCounters;
import backhaul.relay.status.Text;
import backhaul.transport.Wire;
import java.io.Closeable;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/**
 * Starts a relay: reads the certificates, binds the sockets, starts the threads, in this order, and reports the
 * obstacle in one sentence. If it cannot finish, it undoes what it has begun.
 *
 * @param loops for work that messages wait for: the two loops that live as long as the relay, and each agent's writer
 * @param threads for each handshake, which becomes the agent's reader
 */
record RelayStarter(RelayConfig config, ThreadFactory loops, ThreadFactory threads, RelayLog log) {
    /** The relay could not be started; the message is a sentence that names the key and the value. */
    static final class NotStartedException extends Exception {
        NotStartedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Reads the certificates, binds both sockets, starts receiving, then accepting.
     */
    RunningRelay start() throws NotStartedException, RelayConfig.Invalid {
        try {
            return start(UdpSocket.handedOver());
        } catch (IOException e) {
            throw new NotStartedException("File descriptor 0 is a socket that cannot be used: " + e.getMessage(), e);
        }
    }

    /** @param handedOver by the service manager; null if the relay is to bind the UDP socket itself */
    RunningRelay start(UdpSocket handedOver) throws NotStartedException, RelayConfig.Invalid {
        TrustWatch trust = trust();
        if (config.issuer() == null) {
            throw new RelayConfig.Invalid(
                    List.of(new TrustFiles(config).noIssuer(trust.current().credentials())));
        }
        UdpSocket udp;
        try {
            udp = handedOver != null ? handedOver : UdpSocket.bind(config.udp(), config.receiveBuffer());
        } catch (IOException | RuntimeException e) {
            throw cannotBind("relay.udp", new BindFailure("udp", config.udp(), e));
        }
        ServerSocket tls;
        try {
            tls = TlsListener.bind(config.tls());
        } catch (IOException | RuntimeException e) {
            close(udp);
            throw cannotBind("relay.tls", new BindFailure("tcp", config.tls(), e));
        }
        try {
            return start(trust, udp, tls);
        } catch (IOException | RuntimeException | Error | NotStartedException e) {
            close(udp);
            close(tls);
            throw e instanceof NotStartedException known
                    ? known
                    : new NotStartedException("The relay cannot be started: " + e, e);
        }
    }

    private RunningRelay start(TrustWatch trust, UdpSocket udp, ServerSocket tls)
            throws IOException, NotStartedException {
        // Last, because it is large, and a failed bind is retried again and again.
        Ring ring = ring();
        try {
            return start(trust, ring, udp, tls);
        } catch (IOException | RuntimeException | Error e) {
            ring.abandon();
            throw e;
        }
    }

    private RunningRelay start(TrustWatch trust, Ring ring, UdpSocket udp, ServerSocket tls) throws IOException {
        Backlog backlog = ring.backlog();
        Agents agents = new Agents(config.maxAgents(), HeapSpace.agents(HeapSpace.limit()), config.maxPerCertificate());
        UdpReceiver receiver = new UdpReceiver(udp, backlog, agents, log);
        try {
            RelayContext context =
                    new RelayContext(config, trust, backlog, agents, new ConnectionCounters(), loops, threads, log);
            loadWhatTheStopNeeds();
            TlsListener listener = new TlsListener(tls, context);
            compare(udp);
            start(loops, receiver, "backhaul-receiver");
            start(loops, listener, "backhaul-acceptor");
            return new RunningRelay(context, ring, receiver, listener);
        } catch (IOException | RuntimeException | Error e) {
            receiver.abandon();
            throw e;
        }
    }

    private TrustWatch trust() throws NotStartedException {
        try {
            return TrustWatch.open(config);
        } catch (IOException e) {
            throw new NotStartedException(e.getMessage(), e);
        }
    }

    private void loadWhatTheStopNeeds() {
        try {
            ApplicationClasses.loadAll(RelayStarter.class);
            ApplicationClasses.loadAll(Certificates.class);
            ApplicationClasses.loadAll(Wire.class);
        } catch (IOException | RuntimeException e) {
            log.warning("The relay's classes cannot be loaded ahead (" + e.getMessage()
                    + "): stop it before its files are replaced");
        }
    }

    private static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It was bound a moment ago and has nothing to lose.
        }
    }

    /** Our settings and the socket's unit both set the same thing: the log says which one counts. */
    private void compare(UdpSocket udp) throws IOException {
        if (udp.inherited()) {
            udp.enlarge(config.receiveBuffer());
            log.info("UDP socket taken over from the service manager: " + Text.listening(udp.address())
                    + ", which holds " + Text.size(udp.receiveBuffer()) + " while no relay runs");
            if (!UdpSocket.isThere(udp.address(), config.udp())) {
                log.warning(UdpSocket.elsewhere(udp.address(), config.udp()));
            }
        }
        int granted = udp.receiveBuffer();
        if (granted < config.receiveBuffer()) {
            log.warning(UdpSocket.shortReceiveBuffer(granted, config.receiveBuffer(), udp.inherited()));
        }
    }

    private Ring ring() throws NotStartedException {
        try {
            return Ring.open(config.backlogFile(), config.backlogSize());
        } catch (OutOfMemoryError e) {
            throw new NotStartedException(
                    "relay.backlog.size (" + config.backlogSize() + " octets) does not fit into the JVM's memory:"
                            + " make it smaller, or raise -XX:MaxDirectMemorySize in jvm.options (" + e.getMessage()
                            + ")",
                    e);
        }
    }

    private static NotStartedException cannotBind(String keys, BindFailure failure) {
        return new NotStartedException(failure.sentence(keys), failure.cause());
    }

    private static void start(ThreadFactory threads, Runnable loop, String name) {
        Thread thread = threads.newThread(loop);
        thread.setName(name);
        thread.start();
    }
}
