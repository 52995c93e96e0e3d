package backhaul.system;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * An agent that speaks {@code syslog-relay/1} without any code of the program, and reads only when it is told to. One
 * thread, except for {@link #sayAlive()}.
 */
final class HandmadeAgent implements AutoCloseable {
    private static final String PASSWORD = "changeit";

    /** So little that a relay is soon kept from writing to one that does not read. */
    private static final int NARROW = 4096;

    /**
     * For one that reads: four times the longest segment of the loopback interface. With less, TCP's avoidance of silly
     * windows can leave it at one window for each probe of the sender's, 13 KB a second, for as long as it lasts
     * (RFC 9293 section 3.8.6.2).
     */
    private static final int WIDE = 256 * 1024;

    private final Socket plain;
    private final SSLSocket tls;
    private final InputStream in;
    private final String greeting;
    private String farewell = "";
    private long lost;

    private HandmadeAgent(Socket plain, SSLSocket tls, boolean octetByOctet) throws IOException {
        this.plain = plain;
        this.tls = tls;
        this.in = octetByOctet
                ? new OctetByOctet(tls.getInputStream())
                : new BufferedInputStream(tls.getInputStream(), 512);
        say("HELLO " + UUID.randomUUID());
        this.greeting = line(in.read());
    }

    /** Connects, says {@code HELLO} and hears {@code STREAM}; the kernel holds little for it. */
    static HandmadeAgent connect(RelayServer relay, Machine machine) throws IOException, GeneralSecurityException {
        return connect(relay, context(machine));
    }

    /** The same with what {@link #context} has prepared. */
    static HandmadeAgent connect(RelayServer relay, SSLContext context) throws IOException {
        return connect(relay, context, NARROW, false);
    }

    /** One that reads all that comes, in pieces of up to 512 bytes, or of one. */
    static HandmadeAgent reader(RelayServer relay, Machine machine, boolean octetByOctet)
            throws IOException, GeneralSecurityException {
        return connect(relay, context(machine), WIDE, octetByOctet);
    }

    private static HandmadeAgent connect(RelayServer relay, SSLContext context, int receiveBuffer, boolean octetByOctet)
            throws IOException {
        Socket plain = new Socket();
        try {
            plain.setReceiveBufferSize(receiveBuffer);
            plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), relay.tlsPort()));
            plain.setSoTimeout((int) Wait.SOON.toMillis());
            SSLSocket tls =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", relay.tlsPort(), true);
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.3"});
            parameters.setApplicationProtocols(new String[] {"syslog-relay/1"});
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            tls.setSSLParameters(parameters);
            return new HandmadeAgent(plain, tls, octetByOctet);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    /** The certificates that a machine shows and trusts. */
    static SSLContext context(Machine machine) throws IOException, GeneralSecurityException {
        KeyStore key = KeyStore.getInstance("PKCS12");
        Path file = Ca.pkcs12(machine, PASSWORD);
        try (InputStream stream = Files.newInputStream(file)) {
            key.load(stream, PASSWORD.toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(key, PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream stream = Files.newInputStream(machine.ca())) {
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(stream)) {
                trusted.setCertificateEntry("ca" + trusted.size(), authority);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** The relay's first line. */
    String greeting() {
        return greeting;
    }

    /** Messages that the relay has said are lost. */
    long lost() {
        return lost;
    }

    /** The relay's {@code BYE}, once {@link #next()} has come to the end; empty if there was none. */
    String farewell() {
        return farewell;
    }

    /** Lets the relay know that this agent lives, even if it does not read. */
    void sayAlive() throws IOException {
        say("ALIVE");
    }

    private void say(String line) throws IOException {
        tls.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** The next message, waiting for it; null at the end of the connection. */
    byte[] next() throws IOException {
        while (true) {
            int first = in.read();
            if (first < 0) {
                return null;
            }
            if (first >= '1' && first <= '9') {
                return message(first - '0');
            }
            String line = line(first);
            if (line.startsWith("BYE")) {
                farewell = line;
            } else if (line.startsWith("LOST ")) {
                lost += Long.parseLong(line.split(" ")[1]);
            }
        }
    }

    private byte[] message(int firstDigit) throws IOException {
        int length = firstDigit;
        int octet;
        while ((octet = in.read()) != ' ') {
            if (octet < '0' || octet > '9' || length > 6553) {
                throw new IOException("not a message length: " + length + ", then " + octet);
            }
            length = length * 10 + octet - '0';
        }
        byte[] message = in.readNBytes(length);
        if (message.length < length) {
            throw new EOFException("ended within a message");
        }
        return message;
    }

    private String line(int first) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = first; octet != '\n'; octet = in.read()) {
            if (octet < 0 || line.size() == 512) {
                throw new IOException("not a line: " + line.toString(StandardCharsets.UTF_8));
            }
            line.write(octet);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** Returns one byte for each read, however many are requested. */
    private static final class OctetByOctet extends FilterInputStream {
        OctetByOctet(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] octets, int offset, int length) throws IOException {
            return super.read(octets, offset, Math.min(length, 1));
        }
    }

    @Override
    public void close() throws IOException {
        plain.close();
    }
}
