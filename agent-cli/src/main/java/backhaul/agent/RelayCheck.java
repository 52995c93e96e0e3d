package backhaul.agent;

import backhaul.pki.Certificates;
import backhaul.pki.CheckDates;
import backhaul.pki.Credentials;
import backhaul.pki.TlsFailure;
import backhaul.pki.UntrustedException;
import backhaul.transport.CheckReport;
import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Checks the path to one relay, step by step, at each of its addresses. */
final class RelayCheck {
    private static final String RENEW = "renew it with backhaul-ca renew and copy it to the relay";

    private final HostPort relay;
    private final AgentConfig config;
    private final Credentials own;
    private final CheckReport report;
    private final List<String> unreachable = new ArrayList<>();
    private boolean reached;

    /** @param own null if there are none: then only name and TCP are checked */
    RelayCheck(HostPort relay, AgentConfig config, Credentials own, CheckReport report) {
        this.relay = relay;
        this.config = config;
        this.own = own;
        this.report = report;
    }

    void run() {
        report.section("Relay " + relay);
        InetAddress[] addresses;
        try {
            addresses = Lookup.addresses(relay.host(), config.connectTimeout());
        } catch (IOException e) {
            report.failed(explain(e, relay.toString()));
            return;
        }
        if (!relay.isAddress()) {
            report.ok("its name has the address"
                    + (addresses.length == 1 ? " " : "es ")
                    + Arrays.stream(addresses)
                            .map(address -> new RelaySocket(relay, address).host())
                            .collect(Collectors.joining(", ")));
        }
        for (InetAddress address : addresses) {
            visit(new RelaySocket(relay, address));
        }
        for (String sentence : unreachable) {
            if (reached) {
                report.skipped(sentence + " (the agent uses another of its addresses)");
            } else {
                report.failed(sentence);
            }
        }
    }

    private void visit(RelaySocket socket) {
        // The limits of run: it would not help to find that the relay can be reached in a minute.
        Deadline deadline = new Deadline(config.connectTimeout(), socket::cut);
        try {
            long begin = System.nanoTime();
            try {
                socket.dial(deadline);
            } catch (IOException e) {
                unreachable.add("TCP to " + socket.address() + ": " + explain(e, "the relay"));
                return;
            }
            reached = true;
            report.ok("TCP to " + socket.address() + ": it answers, after "
                    + Duration.ofNanos(System.nanoTime() - begin).toMillis() + " ms");
            if (own == null) {
                report.skipped("TLS needs this agent's own certificate");
            } else if (secure(socket, deadline)) {
                new RelayProbe(socket, deadline, report, RelayWords.allowing(own.certificate())).run();
            }
        } finally {
            deadline.disarm();
            socket.cut();
        }
    }

    private boolean secure(RelaySocket socket, Deadline deadline) {
        List<X509Certificate> chain;
        String failure = null;
        try {
            socket.secure(own, deadline);
            chain = socket.chain();
        } catch (IOException e) {
            chain = UntrustedException.chainOf(e);
            failure = explain(e, "the relay");
        }
        if (chain.isEmpty()) {
            report.failed("TLS: " + failure);
            return false;
        }
        report.ok("TLS: it speaks TLS 1.3");
        int before = report.failures();
        certificate(chain);
        if (failure != null && report.failures() == before) {
            report.failed(failure);
        }
        return failure == null;
    }

    private void certificate(List<X509Certificate> chain) {
        X509Certificate leaf = chain.get(0);
        String shown = "its certificate: " + Certificates.describe(leaf);
        Credentials withoutLists = new Credentials(own.key(), own.chain(), own.authorities());
        boolean trusted = step(shown, () -> withoutLists.checkServer(chain));
        CheckDates.step(report, "it", leaf, Instant.now(), RENEW);
        step(
                "it is for the name " + relay.certificateName(),
                () -> Credentials.checkName(leaf, relay.certificateName()));
        if (trusted && config.crl() != null) {
            step("it is not revoked", () -> own.checkServer(chain));
        }
    }

    /** The check of one step. */
    private interface Look {
        void look() throws CertificateException;
    }

    private boolean step(String good, Look look) {
        try {
            look.look();
            report.ok(good);
            return true;
        } catch (CertificateException e) {
            report.failed(explain(e, "the relay"));
            return false;
        }
    }

    static String explain(Exception failure, String peer) {
        return failure instanceof ConnectionEnd
                ? failure.getMessage()
                : TlsFailure.explain(failure, TlsFailure.Side.AGENT, peer);
    }
}
