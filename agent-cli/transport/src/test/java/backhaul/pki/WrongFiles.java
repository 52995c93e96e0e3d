package backhaul.pki;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;

/**
 * Files of a relay or an agent that cannot be used, each with the sentence that every command prints. The issuing CA always
 * has the name of a good set's.
 */
public enum WrongFiles {
    NO_DIGITAL_SIGNATURE("its keyUsage does not contain digitalSignature, have the CA issue one that does") {
        @Override
        TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
            return request(ca, side).keyUsage("critical,keyEncipherment").issue();
        }
    },
    FORBIDDEN_NAME(
            "has a name for which its issuer cannot issue certificates (nameConstraints): have it issued with another name") {
        @Override
        UnaryOperator<String> change() {
            return issuer(line ->
                    line + "\nnameConstraints = critical,permitted;dirName:only\n[only]\nO = Other\n" + "[unused]");
        }
    },
    UNKNOWN_EXTENSION(
            "has a critical extension that Java does not support (1.2.3.4): have the CA issue one without it") {
        @Override
        TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
            return request(ca, side)
                    .extension("1.2.3.4 = critical,ASN1:UTF8String:x")
                    .issue();
        }
    },
    UNKNOWN_EXTENSION_OF_THE_CA("has a critical extension that Java does not support (1.2.3.4)") {
        @Override
        UnaryOperator<String> change() {
            return issuer(line -> line + "\n1.2.3.4 = critical,ASN1:UTF8String:x");
        }
    },
    TOO_MANY_CAS(
            "has more CAs above it than one of them allows (basicConstraints pathlen): have it issued by that one") {
        @Override
        TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
            return request(ca.below(), side).issue();
        }
    },
    CA_FILE_WITHOUT_KEY_CERT_SIGN("which is not a CA (its keyUsage does not contain keyCertSign): give the") {
        @Override
        UnaryOperator<String> change() {
            return WrongFiles::withoutKeyCertSign;
        }
    },
    CHAIN_WITHOUT_KEY_CERT_SIGN(
            "was issued by a certificate that is not a CA's (basicConstraints, and keyUsage with keyCertSign)") {
        @Override
        UnaryOperator<String> change() {
            return WrongFiles::withoutKeyCertSign;
        }

        @Override
        TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
            return withAuthorities(request(ca, side).issue(), ca.rootFile());
        }
    },
    WEAK_KEY("uses an algorithm or key size that Java no longer accepts (Algorithm constraints check failed on") {
        @Override
        TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
            return request(ca, side).key("rsa -pkeyopt rsa_keygen_bits:512").issue();
        }
    },
    WEAK_SIGNATURE("uses an algorithm or key size that Java no longer accepts (Algorithm constraints check failed on") {
        @Override
        TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
            TestCa rsa = TestCa.create(SCRATCH, "Test", UnaryOperator.identity(), "-newkey rsa:2048");
            return request(rsa, side).digest("md5").issue();
        }
    },
    OF_THE_OTHER_SIDE("its extended key usage does not contain ") {
        @Override
        TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
            return request(ca, side)
                    .usage(side == TlsFailure.Side.RELAY ? "clientAuth" : "serverAuth")
                    .issue();
        }
    },
    NO_USAGE("its extended key usage does not contain ") {
        @Override
        TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
            return request(ca, side).usage("").issue();
        }
    },
    NO_NAME(
            "it has no subjectAltName, and a name in the subject does not count: have the CA issue one with the name that"
                    + " agents dial in it") {
        @Override
        TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
            return ca.relay("relay").issue();
        }

        @Override
        public boolean is(TlsFailure.Side side) {
            return side == TlsFailure.Side.RELAY;
        }
    },
    WILDCARD(
            "it is for *.example.org: a wildcard is not accepted, have the CA issue one with the name that agents dial") {
        @Override
        TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
            return ca.relay("relay", "DNS:*.example.org").issue();
        }

        @Override
        public boolean is(TlsFailure.Side side) {
            return side == TlsFailure.Side.RELAY;
        }
    },
    OTHER_CA("was not issued by a CA in ") {
        @Override
        TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
            return withAuthorities(
                    request(ca, side).issue(), anotherOfThisName().caFile());
        }
    },
    NO_ISSUER("Test Issuing CA,O=Test\\, Inc.,ST=FL,C=US is missing there") {
        @Override
        TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
            TestCa.Issued issued = request(ca, side).issue();
            return withAuthorities(
                    new TestCa.Issued(issued.leaf(), issued.key(), issued.authorities(), issued.leaf()), ca.rootFile());
        }
    },
    OTHER_KEY("is not the key of the certificate in ") {
        @Override
        TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
            TestCa.Issued issued = request(ca, side).issue();
            return new TestCa.Issued(
                    issued.certificate(), request(ca, side).issue().key(), issued.authorities(), issued.leaf());
        }
    },
    OWN_CERTIFICATE_AS_CA_FILE("contains our own certificate") {
        @Override
        TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
            TestCa.Issued issued = request(ca, side).issue();
            return withAuthorities(issued, issued.leaf());
        }
    },
    CAS_OF_EACH_OTHER("contains only CAs that have issued each other: add the root that signed itself") {
        @Override
        TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
            TestCa other = TestCa.create(SCRATCH, "Other");
            Instant end = Instant.now().plus(Duration.ofDays(100));
            TestCa.Issued issued = request(ca, side).issue();
            return withAuthorities(
                    issued, join(ca.issuerFile(), ca.crossSigned(other, end), other.crossSigned(ca, end)));
        }
    },
    KEY_AS_CERTIFICATE("has no certificate: it contains a PRIVATE KEY, use the file that begins") {
        @Override
        TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
            TestCa.Issued issued = request(ca, side).issue();
            return new TestCa.Issued(issued.key(), issued.key(), issued.authorities(), issued.leaf());
        }
    },

    EXPIRED(true, " expired on ") {
        @Override
        TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
            return request(ca, side).expired().issue();
        }
    },
    NOT_YET_VALID(true, ": set this machine's clock if it is wrong") {
        @Override
        TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
            return request(ca, side).notYetValid().issue();
        }
    },
    EXPIRED_CA(true, " expired on ") {
        @Override
        TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
            Path ended = ca.renewIssuer(Instant.now().minus(Duration.ofDays(1)));
            TestCa.Issued issued = request(ca, side).issue();
            return withAuthorities(
                    new TestCa.Issued(issued.leaf(), issued.key(), issued.authorities(), issued.leaf()), ended);
        }
    };

    private static final Path SCRATCH = Path.of("target", "wrong-files");

    private final boolean dated;
    private final String words;

    WrongFiles(String words) {
        this(false, words);
    }

    WrongFiles(boolean dated, String words) {
        this.dated = dated;
        this.words = words;
    }

    /** Is only a date wrong? Then the program starts with them, and reports it. */
    public boolean dated() {
        return dated;
    }

    /** Part of the sentence. */
    public String words() {
        return words;
    }

    /** Can that be wrong with a file of this side? */
    public boolean is(TlsFailure.Side side) {
        return true;
    }

    /** Makes such files and puts them there. */
    public void put(TlsFailure.Side side, Path certificate, Path key, Path authorities) {
        TestCa.Issued made = make(TestCa.create(SCRATCH, "Test", change()), side);
        try {
            Files.copy(made.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(made.key(), key, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(made.authorities(), authorities, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    UnaryOperator<String> change() {
        return UnaryOperator.identity();
    }

    TestCa.Issued make(TestCa ca, TlsFailure.Side side) {
        return request(ca, side).issue();
    }

    private static TestCa.Request request(TestCa ca, TlsFailure.Side side) {
        return side == TlsFailure.Side.RELAY ? ca.relay("relay", "DNS:localhost") : ca.agent("home");
    }

    private static TestCa anotherOfThisName() {
        return TestCa.create(SCRATCH);
    }

    private static TestCa.Issued withAuthorities(TestCa.Issued issued, Path authorities) {
        return new TestCa.Issued(issued.certificate(), issued.key(), authorities, issued.leaf());
    }

    private static Path join(Path... parts) {
        try {
            StringBuilder all = new StringBuilder();
            for (Path part : parts) {
                all.append(Files.readString(part));
            }
            return Files.writeString(Files.createTempFile(SCRATCH, "joined", ".pem"), all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A change of the line with the issuer's basic constraints. */
    private static UnaryOperator<String> issuer(UnaryOperator<String> change) {
        String line = "basicConstraints = critical,CA:TRUE,pathlen:0";
        return config -> config.replace(line, change.apply(line));
    }

    private static String withoutKeyCertSign(String config) {
        int issuer = config.indexOf("[intermediate]");
        return config.substring(0, issuer) + config.substring(issuer).replace("keyCertSign,", "");
    }
}
