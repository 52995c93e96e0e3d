package backhaul.pki;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Two ends of one connection over loopback, each doing what a test says; keeps what each threw. */
final class TlsPair {
    /** Milliseconds until a broken test fails. */
    static final int TIMEOUT = 20_000;

    /** The actions of one side with its socket. */
    interface Role {
        void play(Socket socket) throws Exception;
    }

    private TlsPair() {}

    /** The failure of each side, null if there was none. */
    record Outcome(Throwable relay, Throwable agent) {
        String atRelay() {
            return TlsFailure.explain(relay, TlsFailure.Side.RELAY, "192.0.2.7:50022");
        }

        String atAgent() {
            return TlsFailure.explain(agent, TlsFailure.Side.AGENT, "relay.example:6514");
        }
    }

    /** Neither socket is closed before both sides have ended, so that no reset overtakes an alert. */
    static Outcome run(Role relay, Role agent) throws Exception {
        InetAddress loopback = InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
        try (ServerSocket server = new ServerSocket(0, 1, loopback);
                Socket dialled = new Socket(loopback, server.getLocalPort());
                Socket accepted = server.accept()) {
            dialled.setSoTimeout(TIMEOUT);
            accepted.setSoTimeout(TIMEOUT);
            CompletableFuture<Throwable> relayEnd = CompletableFuture.supplyAsync(() -> played(relay, accepted));
            Throwable agentEnd = played(agent, dialled);
            return new Outcome(relayEnd.join(), agentEnd);
        }
    }

    private static Throwable played(Role role, Socket socket) {
        try {
            role.play(socket);
            return null;
        } catch (CompletionException e) {
            return e.getCause();
        } catch (Exception e) {
            return e;
        }
    }

    /** Shakes hands as a relay, sends one octet and waits for one. */
    static Role relay(SSLContext context, Consumer<SSLSocket> setting) {
        return plain -> {
            SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, InputStream.nullInputStream(), false);
            socket.setEnabledProtocols(new String[] {Tls.VERSION});
            socket.setNeedClientAuth(true);
            setting.accept(socket);
            socket.startHandshake();
            socket.getOutputStream().write('r');
            expect(socket, 'a');
        };
    }

    static Role relay(SSLContext context) {
        return relay(context, socket -> {});
    }

    /** Shakes hands as an agent, waits for one octet and sends one. */
    static Role agent(SSLContext context, Consumer<SSLSocket> setting) {
        return plain -> {
            SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", plain.getPort(), false);
            socket.setEnabledProtocols(new String[] {Tls.VERSION});
            setting.accept(socket);
            socket.startHandshake();
            expect(socket, 'r');
            socket.getOutputStream().write('a');
        };
    }

    static Role agent(SSLContext context) {
        return agent(context, socket -> {});
    }

    private static void expect(SSLSocket socket, int octet) throws IOException {
        int read = socket.getInputStream().read();
        if (read != octet) {
            throw new IOException("read " + read);
        }
    }
}
