import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Many agents in one process, which read all that a relay sends and keep nothing, or read nothing at all. Prints
 * {@code connected COUNT in SECONDS s}, and at SIGTERM {@code received MESSAGES ended CONNECTIONS}. One thread for each; the
 * main thread shows for all of them that they live.
 */
final class Crowd {
    private static final int AT_ONCE = 16; // handshakes; the relay's own limit is 64
    private static final int NARROW = 4096; // bytes: a relay is soon kept from writing to one that does not read
    private static final int PIECE = 1024;

    private static final Semaphore CONNECTING = new Semaphore(AT_ONCE);
    private static final LongAdder RECEIVED = new LongAdder();
    private static final AtomicInteger ENDED = new AtomicInteger();

    private Crowd() {}

    /** @param words port of 127.0.0.1, how many, read or ignore, PEM files of certificate, key, and CA */
    public static void main(String[] words) throws Exception {
        int port = Integer.parseInt(words[0]);
        int count = Integer.parseInt(words[1]);
        boolean reads = words[2].equals("read");
        SSLContext context = context(Path.of(words[3]), Path.of(words[4]), Path.of(words[5]));
        Client[] clients = new Client[count];
        CountDownLatch left = new CountDownLatch(count);
        long begun = System.nanoTime();
        for (int i = 0; i < count; i++) {
            int number = i;
            new Thread(() -> {
                        try {
                            CONNECTING.acquire();
                            clients[number] = new Client(context, port, reads);
                            CONNECTING.release();
                        } catch (IOException | InterruptedException e) {
                            e.printStackTrace();
                            Runtime.getRuntime().halt(1);
                        }
                        left.countDown();
                        if (reads) {
                            clients[number].readAll();
                        }
                    })
                    .start();
        }
        left.await();
        System.out.println(String.format("connected %d in %.2f s", count, (System.nanoTime() - begun) / 1e9));
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> System.out.printf("received %d ended %d%n", RECEIVED.sum(), ENDED.get())));
        while (true) {
            TimeUnit.MILLISECONDS.sleep(clients[0].heartbeat);
            for (Client client : clients) {
                client.alive();
            }
        }
    }

    /** One connection that speaks {@code syslog-relay/1}. */
    private static final class Client {
        private final SSLSocket tls;
        private final InputStream in;
        private final long heartbeat; // ms
        private boolean ended; // of the main thread

        Client(SSLContext context, int port, boolean reads) throws IOException {
            Socket plain = new Socket();
            if (!reads) {
                plain.setReceiveBufferSize(NARROW);
            }
            plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            tls = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", port, true);
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.3"});
            parameters.setApplicationProtocols(new String[] {"syslog-relay/1"});
            tls.setSSLParameters(parameters);
            in = new BufferedInputStream(tls.getInputStream(), PIECE);
            say("HELLO " + UUID.randomUUID());
            String stream = line(in.read());
            if (!stream.startsWith("STREAM ")) {
                throw new IOException("no STREAM but " + stream);
            }
            heartbeat = Long.parseLong(stream.split(" ")[3]);
        }

        private void say(String line) throws IOException {
            tls.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        }

        private String line(int first) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int octet = first; octet >= 0 && octet != '\n'; octet = in.read()) {
                line.append((char) octet);
            }
            return line.toString();
        }

        void alive() {
            try {
                say("ALIVE");
            } catch (IOException e) {
                if (!ended) {
                    ended = true;
                    ENDED.incrementAndGet();
                }
            }
        }

        void readAll() {
            try {
                for (int octet = in.read(); octet >= 0; octet = in.read()) {
                    if (octet < '1' || octet > '9') {
                        line(octet);
                        continue;
                    }
                    int length = octet - '0';
                    while ((octet = in.read()) != ' ') {
                        length = length * 10 + octet - '0';
                    }
                    in.skipNBytes(length);
                    RECEIVED.increment();
                }
            } catch (IOException e) {
                // Counted by the next sign of life.
            }
        }
    }

    private static SSLContext context(Path cert, Path key, Path ca) throws IOException, GeneralSecurityException {
        Certificate[] chain = certificates(cert).toArray(new Certificate[0]);
        byte[] pkcs8 = Base64.getMimeDecoder().decode(Files.readString(key).replaceAll("-----.*-----", ""));
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry(
                "own",
                KeyFactory.getInstance(chain[0].getPublicKey().getAlgorithm())
                        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8)),
                new char[0],
                chain);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(own, new char[0]);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (Certificate authority : certificates(ca)) {
            trusted.setCertificateEntry("ca" + trusted.size(), authority);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static List<Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        try (InputStream stream = Files.newInputStream(file)) {
            return new ArrayList<>(CertificateFactory.getInstance("X.509").generateCertificates(stream));
        }
    }
}
