package backhaul.relay;

import backhaul.pki.Credentials;
import backhaul.transport.Wire;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A bare agent that does what a test says, byte for byte. */
final class TestAgent implements AutoCloseable {
    private static final int TIMEOUT = 20_000;
    private static final int RECEIVE_BUFFER = 64 * 1024;
    private static final AtomicInteger INSTANCES = new AtomicInteger();

    /** Remembers whether its stream has ended, as the relay's does, and lets pass whatever comes. */
    static final class PlainSocket extends Socket {
        private volatile boolean ended;

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read(byte[] octets, int from, int length) throws IOException {
                    int read = super.read(octets, from, length);
                    ended |= read < 0;
                    return read;
                }
            };
        }

        boolean hasEnded() {
            return ended;
        }
    }

    final PlainSocket plain;
    final SSLSocket tls;
    final InputStream in;

    private TestAgent(InetSocketAddress relay, int receiveBuffer, SSLContext context, String protocol, String alpn)
            throws IOException {
        plain = new PlainSocket();
        plain.setReceiveBufferSize(receiveBuffer);
        plain.connect(relay, TIMEOUT);
        plain.setSoTimeout(TIMEOUT);
        tls = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", relay.getPort(), true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setProtocols(new String[] {protocol});
        if (alpn != null) {
            parameters.setApplicationProtocols(new String[] {alpn});
        }
        tls.setSSLParameters(parameters);
        try {
            tls.startHandshake();
            in = new BufferedInputStream(tls.getInputStream());
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    static TestAgent dial(TestRelay relay, SSLContext context, String protocol, String alpn) throws IOException {
        return new TestAgent(relay.tls(), RECEIVE_BUFFER, context, protocol, alpn);
    }

    /** Octet-counted, past {@code STREAM}. */
    static TestAgent connect(TestRelay relay) throws IOException {
        return connect(relay, "test-agent-" + INSTANCES.incrementAndGet());
    }

    /** The same with all that is to follow {@code HELLO}. */
    static TestAgent connect(TestRelay relay, String hello) throws IOException {
        return connect(relay, RECEIVE_BUFFER, TestSite.HOME, hello);
    }

    /** Octet-counted, past {@code STREAM}, as somebody else. */
    static TestAgent connect(TestRelay relay, Credentials credentials) throws IOException {
        return connect(relay, credentials, "test-agent-" + INSTANCES.incrementAndGet());
    }

    /** The same with all that is to follow {@code HELLO}. */
    static TestAgent connect(TestRelay relay, Credentials credentials, String hello) throws IOException {
        return connect(relay, RECEIVE_BUFFER, credentials, hello);
    }

    /** The same with a receive buffer of this many bytes. */
    static TestAgent connect(TestRelay relay, int receiveBuffer, String hello) throws IOException {
        return connect(relay, receiveBuffer, TestSite.HOME, hello);
    }

    private static TestAgent connect(TestRelay relay, int receiveBuffer, Credentials credentials, String hello)
            throws IOException {
        TestAgent agent = new TestAgent(relay.tls(), receiveBuffer, credentials.sslContext(), "TLSv1.3", Wire.ALPN);
        agent.say("HELLO " + hello + "\n");
        agent.stream = agent.line();
        return agent;
    }

    /** A line client. */
    static TestAgent lines(TestRelay relay) throws IOException {
        return lines(relay, TestSite.HOME);
    }

    /** The same as somebody else. */
    static TestAgent lines(TestRelay relay, Credentials credentials) throws IOException {
        int before = relay.relay.status().agents().size();
        TestAgent agent = dial(relay, credentials.sslContext(), "TLSv1.3", null);
        relay.awaitAgents(before + 1);
        return agent;
    }

    String stream;
    long lost;

    /** The stream's id of {@code STREAM}. */
    String streamId() {
        return stream.split(" ")[1];
    }

    void say(String text) throws IOException {
        tls.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Up to the next LF, without it; null at the end of the stream. */
    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                if (line.length() > 0) {
                    throw new EOFException("the stream ended after " + line);
                }
                return null;
            }
            line.append((char) octet);
        }
        return line.toString();
    }

    /** The next message; heartbeats are skipped, losses are added up, any other control line is an error. */
    byte[] message() throws IOException {
        while (true) {
            int first = in.read();
            if (first >= 'A' && first <= 'Z') {
                String rest = line();
                if (first == 'L' && rest.matches("OST \\d+ overrun")) {
                    lost += Long.parseLong(rest.split(" ")[1]);
                } else if (!((char) first + rest).equals("ALIVE")) {
                    throw new IOException("control line " + (char) first + rest);
                }
                continue;
            }
            int length = 0;
            for (int octet = first; octet != ' '; octet = in.read()) {
                if (octet < '0' || octet > '9') {
                    throw new IOException("octet " + octet + " in a length");
                }
                length = length * 10 + octet - '0';
            }
            byte[] message = in.readNBytes(length);
            if (message.length < length) {
                throw new EOFException("the stream ended within a message");
            }
            return message;
        }
    }

    String text() throws IOException {
        return new String(message(), StandardCharsets.ISO_8859_1);
    }

    /** Reads the messages that {@link Messages} knows and checks every byte of each. */
    void expect(long from, long to) throws IOException {
        for (long number = from; number < to; number++) {
            byte[] message = message();
            if (message.length != Messages.length(number)) {
                throw new AssertionError("message " + number + " has " + message.length + " octets");
            }
            for (int i = 0; i < message.length; i++) {
                if (message[i] != Messages.octet(number, i)) {
                    throw new AssertionError("octet " + i + " of message " + number);
                }
            }
        }
    }

    /** Everything until the end of the stream. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** The same, or until TLS gives up: the relay may have closed it in the middle of what another thread does. */
    String restOrCut() {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        try {
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                rest.write(octet);
            }
        } catch (IOException e) {
            // Cut.
        }
        return rest.toString(StandardCharsets.ISO_8859_1);
    }

    /** The same, which must end with close_notify and not just with a FIN, for which the JDK's TLS gives no error. */
    String restToCloseNotify() throws IOException {
        String rest = rest();
        if (plain.hasEnded()) {
            throw new EOFException("no close_notify after " + rest);
        }
        return rest;
    }

    @Override
    public void close() throws IOException {
        plain.close();
    }
}
