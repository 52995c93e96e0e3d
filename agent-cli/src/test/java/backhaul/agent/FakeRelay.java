package backhaul.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import backhaul.pki.Credentials;
import backhaul.pki.Tls;
import backhaul.transport.FreePort;
import backhaul.transport.Wire;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A relay that does what a test tells it: accepts connections, and the test talks on them. */
final class FakeRelay implements Closeable {
    /** Long enough for a slow machine, short enough for a test that fails. */
    static final int PATIENCE_SECONDS = 20;

    private final ServerSocket listener;
    private final Credentials credentials;
    private final String[] applicationProtocols;
    private final Queue<Session> all = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<Session> sessions = new LinkedBlockingQueue<>();

    /** Speaks syslog-relay/1. */
    static FakeRelay octetCounted(Credentials credentials) throws IOException {
        return octetCounted(credentials, "127.0.0.1");
    }

    static FakeRelay octetCounted(Credentials credentials, String address) throws IOException {
        return new FakeRelay(credentials, address, Wire.ALPN);
    }

    /** Knows nothing of ALPN. */
    static FakeRelay lines(Credentials credentials) throws IOException {
        return new FakeRelay(credentials, "127.0.0.1");
    }

    private FakeRelay(Credentials credentials, String address, String... applicationProtocols) throws IOException {
        this.credentials = credentials;
        this.applicationProtocols = applicationProtocols;
        this.listener = FreePort.open(port -> new ServerSocket(port, 50, InetAddress.getByName(address)));
        Thread thread = new Thread(this::accept, "fake relay");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The next connection whose handshake has succeeded. */
    Session session() throws InterruptedException, TimeoutException {
        Session session = sessions.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (session == null) {
            throw new TimeoutException("no agent came");
        }
        return session;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        all.forEach(Session::cut);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket plain = listener.accept();
                Thread thread = new Thread(() -> handshake(plain), "fake relay session");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                // closed
            }
        }
    }

    private void handshake(Socket plain) {
        try {
            SSLSocket tls = (SSLSocket) credentials
                    .sslContext()
                    .getSocketFactory()
                    .createSocket(plain, InputStream.nullInputStream(), true);
            SSLParameters parameters = tls.getSSLParameters();
            Tls.harden(parameters);
            parameters.setNeedClientAuth(true);
            parameters.setApplicationProtocols(applicationProtocols);
            tls.setSSLParameters(parameters);
            tls.startHandshake();
            tls.setSoTimeout(PATIENCE_SECONDS * 1000);
            Session session = new Session(plain, tls);
            all.add(session);
            sessions.add(session);
        } catch (IOException e) {
            try {
                plain.close();
            } catch (IOException again) {
                // nothing left to close
            }
        }
    }

    /** One agent. */
    static final class Session {
        final Socket plain;
        final SSLSocket tls;

        private Session(Socket plain, SSLSocket tls) {
            this.plain = plain;
            this.tls = tls;
        }

        void send(String octets) throws IOException {
            tls.getOutputStream().write(octets.getBytes(ISO_8859_1));
        }

        /** Reads HELLO and accepts. */
        String start(int heartbeatMillis) throws IOException {
            String hello = line();
            send("STREAM fake-1 0 " + heartbeatMillis + "\n");
            return hello;
        }

        /** The next line of the agent without its LF, or null at close_notify. */
        String line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int octet;
            while ((octet = tls.getInputStream().read()) != '\n') {
                if (octet < 0) {
                    return null;
                }
                line.write(octet);
            }
            return line.toString(ISO_8859_1);
        }

        /** The next line other than ALIVE. */
        String lineButAlive() throws IOException {
            String line;
            do {
                line = line();
            } while ("ALIVE".equals(line));
            return line;
        }

        /** As a machine does that is gone: no close_notify. */
        void cut() {
            try {
                plain.close();
            } catch (IOException e) {
                // nothing left to close
            }
        }
    }
}
