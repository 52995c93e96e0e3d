package backhaul.pki;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A certificate authority for tests, made with the {@code openssl} command: a root, an intermediate that issues, and
 * any certificate that a test wants to see refused. One for a test class takes about a tenth of a second.
 */
public final class TestCa {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    /** AlgorithmIdentifier, RFC 5758. */
    private static final byte[] SHA256_WITH_ECDSA = HexFormat.of().parseHex("300a06082a8648ce3d040302");

    private static final String CONFIG = """
            [ca]
            default_ca = issuing
            [issuing]
            database = index.txt
            new_certs_dir = .
            rand_serial = yes
            unique_subject = no
            default_md = sha256
            default_days = 365
            default_crl_days = 30
            policy = any
            [any]
            countryName = optional
            stateOrProvinceName = optional
            localityName = optional
            organizationName = optional
            organizationalUnitName = optional
            commonName = optional
            emailAddress = optional
            [req]
            distinguished_name = asked
            string_mask = utf8only
            utf8 = yes
            [asked]
            [root]
            basicConstraints = critical,CA:TRUE
            keyUsage = critical,keyCertSign,cRLSign
            subjectKeyIdentifier = hash
            [intermediate]
            basicConstraints = critical,CA:TRUE,pathlen:0
            keyUsage = critical,keyCertSign,cRLSign
            subjectKeyIdentifier = hash
            authorityKeyIdentifier = keyid
            """;

    /**
     * The files of one end entity.
     *
     * @param certificate with the chain, the intermediate after it
     * @param key PKCS#8, not encrypted
     * @param authorities the CA file: intermediate and root
     * @param leaf the certificate alone
     */
    public record Issued(Path certificate, Path key, Path authorities, Path leaf) {
        /** As the program loads them. */
        public Credentials credentials() {
            try {
                return Credentials.load(certificate, key, null, authorities);
            } catch (PemException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final String EC = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1";

    private final Path directory;
    private final String name;
    private int issued;

    private TestCa(Path directory, String name) {
        this.directory = directory;
        this.name = name;
    }

    /** A root and an intermediate in a directory of their own. */
    public static TestCa create(Path directory) {
        return create(directory, "Test");
    }

    /** The same; two of one name have the same distinguished names and other keys. */
    public static TestCa create(Path directory, String name) {
        return create(directory, name, UnaryOperator.identity());
    }

    /** The same with a configuration of {@code openssl} that is changed, its sections root and intermediate for example. */
    public static TestCa create(Path directory, String name, UnaryOperator<String> change) {
        return create(directory, name, change, EC);
    }

    /** The same with an issuer whose key is made by these options of {@code openssl req}. */
    static TestCa create(Path directory, String name, UnaryOperator<String> change, String issuerKey) {
        try {
            Path own = Files.createTempDirectory(Files.createDirectories(directory), "ca")
                    .toAbsolutePath();
            TestCa ca = new TestCa(own, name);
            Files.writeString(own.resolve("ca.cnf"), change.apply(CONFIG));
            Files.createFile(own.resolve("index.txt"));
            ca.openssl(
                    "req -x509 -config ca.cnf -extensions root -days 3650 -newkey ec -pkeyopt"
                            + " ec_paramgen_curve:prime256v1 -nodes -keyout root.key -out root.pem -subj",
                    ca.subject("Root CA"));
            ca.makeIssuer("Issuing CA", issuerKey);
            ca.join("ca.pem", own.resolve("intermediate.pem"), own.resolve("root.pem"));
            return ca;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A CA that the issuer of this one has issued without permission, with this one's CA file. */
    public TestCa below() {
        try {
            Path own = Files.createTempDirectory(directory, "below");
            TestCa ca = new TestCa(own, name);
            for (String file : List.of("ca.cnf", "ca.pem")) {
                Files.copy(directory.resolve(file), own.resolve(file));
            }
            Files.createFile(own.resolve("index.txt"));
            Files.copy(issuerFile(), ca.rootFile());
            Files.copy(directory.resolve("intermediate.key"), own.resolve("root.key"));
            ca.makeIssuer("Lower CA", EC);
            return ca;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void makeIssuer(String commonName, String key) {
        openssl(
                "req -config ca.cnf " + key + " -nodes -keyout intermediate.key -out intermediate.csr -subj",
                subject(commonName));
        openssl("ca -batch -notext -config ca.cnf -extensions intermediate -days 3000 -cert root.pem -keyfile"
                + " root.key -in intermediate.csr -out intermediate.pem");
    }

    private String subject(String commonName) {
        return "/C=US/ST=FL/O=" + name + "\\, Inc./CN=" + name + " " + commonName + "/emailAddress=ca@example.org";
    }

    /** Intermediate and root. */
    public Path caFile() {
        return directory.resolve("ca.pem");
    }

    /** The root alone. */
    public Path rootFile() {
        return directory.resolve("root.pem");
    }

    /** The intermediate alone, the issuer of all that is issued. */
    public Path issuerFile() {
        return directory.resolve("intermediate.pem");
    }

    /** The issuer's distinguished name in OpenSSL's one-line form. */
    public String issuer() {
        return subject("Issuing CA").replace("\\,", ",");
    }

    /** A certificate for a relay, with these subject alternative names, for example {@code DNS:localhost}. */
    public Request relay(String commonName, String... names) {
        return new Request(commonName, "serverAuth", names);
    }

    /** A certificate for an agent. */
    public Request agent(String commonName, String... names) {
        return new Request(commonName, "clientAuth", names);
    }

    /** Another certificate of the issuer, with the same name and key, that expires at {@code until}: a CA file with the root. */
    public synchronized Path renewIssuer(Instant until) {
        String file = "intermediate" + ++issued + ".pem";
        openssl("ca -batch -notext -config ca.cnf -extensions intermediate -startdate "
                + DATE.format(Instant.now().minus(1, ChronoUnit.HOURS)) + " -enddate " + DATE.format(until)
                + " -cert root.pem -keyfile root.key -in intermediate.csr -out " + file);
        try {
            return join("ca" + issued + ".pem", directory.resolve(file), rootFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another certificate of the root alone, with the same name and key, that expires at {@code until}. */
    public synchronized Path renewRoot(Instant until) {
        String file = "root" + ++issued + ".pem";
        openssl("req -new -config ca.cnf -key root.key -out root.csr -subj", subject("Root CA"));
        openssl("ca -batch -notext -selfsign -config ca.cnf -extensions root -keyfile root.key -in root.csr -startdate "
                + DATE.format(until.minus(3650, ChronoUnit.DAYS)) + " -enddate " + DATE.format(until) + " -out "
                + file);
        return directory.resolve(file);
    }

    /** The root's name and key in a certificate of another root, which expires at {@code until}. */
    public synchronized Path crossSigned(TestCa by, Instant until) {
        Path file = directory.resolve("crossed" + ++issued + ".pem");
        openssl("req -new -config ca.cnf -key root.key -out root.csr -subj", subject("Root CA"));
        by.openssl("ca -batch -notext -config ca.cnf -extensions root -cert root.pem -keyfile root.key -in "
                + directory.resolve("root.csr") + " -startdate " + DATE.format(until.minus(3650, ChronoUnit.DAYS))
                + " -enddate " + DATE.format(until) + " -out " + file);
        return file;
    }

    /**
     * The certificate with one text in it replaced by another of the same length, signed again by the issuer: for contents
     * that {@code openssl} refuses, such as a NUL in a name.
     */
    public Issued patch(Issued certificate, String text, String by) {
        try {
            byte[] signed = Pem.certificates(certificate.leaf()).get(0).getTBSCertificate();
            String octets = new String(signed, StandardCharsets.ISO_8859_1);
            if (!octets.contains(text) || text.length() != by.length()) {
                throw new IllegalArgumentException(text);
            }
            signed = octets.replace(text, by).getBytes(StandardCharsets.ISO_8859_1);
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(Pem.privateKey(directory.resolve("intermediate.key"), null));
            signature.update(signed);
            byte[] der = der(0x30, signed, SHA256_WITH_ECDSA, der(0x03, new byte[1], signature.sign()));
            Path leaf = directory.resolve("entity" + nextNumber() + ".pem");
            Files.writeString(
                    leaf,
                    "-----BEGIN CERTIFICATE-----\n"
                            + Base64.getMimeEncoder().encodeToString(der)
                            + "\n-----END CERTIFICATE-----\n");
            Path chain = join(leaf.getFileName() + "-chain.pem", leaf, issuerFile());
            return new Issued(chain, certificate.key(), certificate.authorities(), leaf);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized int nextNumber() {
        return ++issued;
    }

    /** Tag, length in its two-octet form, content. */
    private static byte[] der(int tag, byte[]... parts) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.write(part);
        }
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        element.write(0x82);
        element.write(content.size() >> 8);
        element.write(content.size());
        content.writeTo(element);
        return element.toByteArray();
    }

    /** A certificate revocation list of the issuer that names these; the list grows with each call. */
    public Path revoke(Issued... certificates) {
        return revoke(Instant.now().plus(90, ChronoUnit.DAYS), certificates);
    }

    /** The same, due to be replaced at {@code nextUpdate}, which may be past. */
    public synchronized Path revoke(Instant nextUpdate, Issued... certificates) {
        for (Issued certificate : certificates) {
            openssl("ca -config ca.cnf -cert intermediate.pem -keyfile intermediate.key -revoke " + certificate.leaf());
        }
        return list("intermediate", nextUpdate);
    }

    /** A list of the root that names the intermediate. */
    public synchronized Path revokeIssuer() {
        openssl("ca -config ca.cnf -cert root.pem -keyfile root.key -revoke intermediate.pem");
        return list("root", Instant.now().plus(90, ChronoUnit.DAYS));
    }

    private Path list(String authority, Instant nextUpdate) {
        Instant before = nextUpdate.minus(30, ChronoUnit.DAYS);
        Instant lastUpdate = before.isBefore(Instant.now()) ? before : Instant.now();
        Path list = directory.resolve("list" + ++issued + ".crl");
        openssl("ca -config ca.cnf -cert " + authority + ".pem -keyfile " + authority + ".key -gencrl"
                + " -crl_lastupdate " + DATE.format(lastUpdate) + " -crl_nextupdate "
                + DATE.format(nextUpdate) + " -out " + list);
        return list;
    }

    /** A request to the CA; each method changes one thing. */
    public final class Request {
        private final String[] names;
        private String subject;
        private String usage;
        private String key = "ec";
        private String digest = "sha256";
        private String keyUsage = "critical,digitalSignature";
        private String extension = "";
        private Instant from = Instant.now().minus(1, ChronoUnit.HOURS);
        private Instant until = Instant.now().plus(90, ChronoUnit.DAYS); // beyond the first notice of its expiry

        private Request(String commonName, String usage, String... names) {
            this.subject = "/O=Example/CN=" + commonName;
            this.usage = usage;
            this.names = names;
        }

        /** The whole subject, in the form of {@code openssl req -subj}. */
        public Request subject(String oneLine) {
            this.subject = oneLine;
            return this;
        }

        /** {@code ec}, {@code rsa}, {@code ed25519} or another algorithm of {@code openssl genpkey}, with options. */
        public Request key(String algorithm) {
            this.key = algorithm;
            return this;
        }

        /** Another extended key usage; an empty text for none. */
        public Request usage(String extendedKeyUsage) {
            this.usage = extendedKeyUsage;
            return this;
        }

        /** Another key usage. */
        public Request keyUsage(String usage) {
            this.keyUsage = usage;
            return this;
        }

        /** One more extension, a line of {@code openssl}'s configuration. */
        public Request extension(String line) {
            this.extension = line;
            return this;
        }

        /** The hash of the issuer's signature. */
        public Request digest(String algorithm) {
            this.digest = algorithm;
            return this;
        }

        public Request valid(Instant notBefore, Instant notAfter) {
            this.from = notBefore;
            this.until = notAfter;
            return this;
        }

        public Request days(int days) {
            return valid(from, Instant.now().plus(days, ChronoUnit.DAYS));
        }

        /** Was valid until yesterday. */
        public Request expired() {
            return valid(Instant.now().minus(30, ChronoUnit.DAYS), Instant.now().minus(1, ChronoUnit.DAYS));
        }

        /** Is valid from tomorrow on. */
        public Request notYetValid() {
            return valid(Instant.now().plus(1, ChronoUnit.DAYS), Instant.now().plus(30, ChronoUnit.DAYS));
        }

        public Issued issue() {
            synchronized (TestCa.this) {
                String base = "entity" + ++issued;
                List<String> extensions = new ArrayList<>(List.of(
                        "basicConstraints = CA:FALSE",
                        "keyUsage = " + keyUsage,
                        "subjectKeyIdentifier = hash",
                        "authorityKeyIdentifier = keyid",
                        extension));
                if (!usage.isEmpty()) {
                    extensions.add("extendedKeyUsage = " + usage);
                }
                if (names.length > 0) {
                    extensions.add("subjectAltName = " + String.join(",", names));
                }
                try {
                    Files.write(directory.resolve(base + ".ext"), extensions);
                    openssl("genpkey -out " + base + ".key -algorithm " + key
                            + (key.equals("ec") ? " -pkeyopt ec_paramgen_curve:prime256v1" : ""));
                    openssl("req -new -config ca.cnf -key " + base + ".key -out " + base + ".csr -subj", subject);
                    openssl(
                            "ca -batch -notext -preserveDN -config ca.cnf -cert intermediate.pem -keyfile intermediate.key"
                                    + " -md " + digest + " -startdate " + DATE.format(from) + " -enddate "
                                    + DATE.format(until)
                                    + " -extfile "
                                    + base + ".ext -in " + base + ".csr -out " + base + ".pem");
                    Path leaf = directory.resolve(base + ".pem");
                    Path chain = join(base + "-chain.pem", leaf, issuerFile());
                    return new Issued(chain, directory.resolve(base + ".key"), caFile(), leaf);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private Path join(String file, Path... parts) throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path part : parts) {
            all.append(Files.readString(part));
        }
        return Files.writeString(directory.resolve(file), all);
    }

    private void openssl(String arguments, String... more) {
        openssl(directory, arguments, more);
    }

    /** Runs {@code openssl} in the directory; the arguments are split at spaces, the further ones are not. */
    public static String openssl(Path directory, String arguments, String... more) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments.split(" ")));
        command.addAll(Arrays.asList(more));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + "\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException("openssl is needed to test", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
