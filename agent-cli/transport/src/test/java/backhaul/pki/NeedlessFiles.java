package backhaul.pki;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Good files of a relay or an agent with certificates that no path needs, some of which have expired. */
public enum NeedlessFiles {
    CROSS_SIGNED_ROOT {
        @Override
        void make(TestCa ca, TestCa.Issued issued, TestCa other) {
            chain(issued.certificate(), ca.crossSigned(other, ENDED));
        }
    },
    CROSS_SIGNED_ROOT_THAT_THE_CA_FILE_HAS_TOO {
        @Override
        void make(TestCa ca, TestCa.Issued issued, TestCa other) {
            Path crossed = ca.crossSigned(other, ENDED);
            chain(issued.certificate(), crossed);
            authorities(ca.caFile(), crossed, other.renewRoot(ENDED));
        }
    },
    OLD_ROOT_BESIDE_THE_NEW {
        @Override
        void make(TestCa ca, TestCa.Issued issued, TestCa other) {
            authorities(ca.renewRoot(ENDED), ca.caFile());
        }
    },
    OLD_ROOT_OF_ANOTHER_KEY {
        @Override
        void make(TestCa ca, TestCa.Issued issued, TestCa other) {
            authorities(other.renewRoot(ENDED), ca.caFile());
        }
    },
    OLD_ISSUER_IN_THE_CHAIN {
        @Override
        void make(TestCa ca, TestCa.Issued issued, TestCa other) {
            chain(issued.leaf(), renewedIssuer(ca));
        }
    },
    OLD_ISSUER_BESIDE_THE_NEW {
        @Override
        void make(TestCa ca, TestCa.Issued issued, TestCa other) {
            Path old = renewedIssuer(ca);
            chain(issued.leaf(), old, ca.issuerFile());
            authorities(old, ca.issuerFile());
        }
    },
    CHAIN_IN_ANOTHER_ORDER {
        @Override
        void make(TestCa ca, TestCa.Issued issued, TestCa other) {
            chain(issued.leaf(), ca.rootFile(), other.caFile(), ca.issuerFile(), issued.leaf());
        }
    };

    private static final Instant ENDED = Instant.now().minus(Duration.ofDays(1));
    private static final Path SCRATCH = Path.of("target", "needless-files");

    private Path chain; // where to put it
    private Path authorities;

    /** Makes such files and puts them there. */
    public void put(TlsFailure.Side side, Path certificate, Path key, Path authorities) {
        TestCa ca = TestCa.create(SCRATCH);
        TestCa.Issued issued =
                (side == TlsFailure.Side.RELAY ? ca.relay("renewed", "DNS:localhost") : ca.agent("renewed")).issue();
        this.chain = certificate;
        this.authorities = authorities;
        join(certificate, issued.certificate());
        join(key, issued.key());
        join(authorities, ca.caFile());
        make(ca, issued, TestCa.create(SCRATCH, "Old"));
    }

    abstract void make(TestCa ca, TestCa.Issued issued, TestCa other);

    /** An expired certificate of the issuer, with the root after it. */
    private static Path renewedIssuer(TestCa ca) {
        return ca.renewIssuer(ENDED);
    }

    void chain(Path... parts) {
        join(chain, parts);
    }

    void authorities(Path... parts) {
        join(authorities, parts);
    }

    private static void join(Path to, Path... parts) {
        try {
            StringBuilder all = new StringBuilder();
            for (Path part : parts) {
                all.append(Files.readString(part));
            }
            Files.writeString(to, all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
