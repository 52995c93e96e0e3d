package backhaul.pki;

import static org.assertj.core.api.Assertions.assertThat;

import backhaul.transport.Hostile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** A damaged or made-up file is refused with a sentence that names it, and never with a failure of the program. */
class PemFuzzTest {
    private static Path directory;
    private static byte[] certificate;
    private static byte[] key;
    private static byte[] encryptedKey;
    private static byte[] rsaKey;
    private static byte[] list;

    @BeforeContainer
    static void soundFiles() throws IOException {
        directory = Files.createTempDirectory("pem");
        TestCa ca = TestCa.create(directory);
        TestCa.Issued agent = ca.agent("home").issue();
        certificate = Files.readAllBytes(agent.leaf());
        key = Files.readAllBytes(agent.key());
        list = Files.readAllBytes(ca.revoke(agent));
        TestCa.openssl(directory, "pkcs8 -topk8 -passout pass:secret -in " + agent.key() + " -out encrypted.key");
        encryptedKey = Files.readAllBytes(directory.resolve("encrypted.key"));
        TestCa.openssl(directory, "genrsa -traditional -out rsa.key 2048");
        rsaKey = Files.readAllBytes(directory.resolve("rsa.key"));
    }

    @AfterContainer
    static void remove() throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Provide
    Arbitrary<byte[]> damagedFile() {
        return Arbitraries.of(certificate, key, encryptedKey, rsaKey, list).flatMap(Hostile::damaged);
    }

    /** Damage that the Base64 does not show. */
    @Provide
    Arbitrary<byte[]> damagedContent() {
        return Arbitraries.of(certificate, key, encryptedKey, rsaKey, list).flatMap(file -> {
            String text = new String(file, StandardCharsets.US_ASCII);
            int begin = text.indexOf("-----\n") + 6;
            int end = text.indexOf("-----END");
            byte[] der = Base64.getMimeDecoder().decode(text.substring(begin, end));
            return Hostile.damaged(der)
                    .map(damaged -> (text.substring(0, begin)
                                    + Base64.getMimeEncoder().encodeToString(damaged) + "\n" + text.substring(end))
                            .getBytes(StandardCharsets.US_ASCII));
        });
    }

    @Provide
    Arbitrary<byte[]> anything() {
        return Hostile.octets(400);
    }

    @Property(tries = 400)
    void aDamagedFileIsReadOrRefusedInASentence(@ForAll("damagedFile") byte[] octets) throws IOException {
        expectReadOrRefused(octets);
    }

    @Property(tries = 400)
    void aFileWithDamagedContentIsReadOrRefusedInASentence(@ForAll("damagedContent") byte[] octets) throws IOException {
        expectReadOrRefused(octets);
    }

    @Property(tries = 200)
    void anyFileIsReadOrRefusedInASentence(@ForAll("anything") byte[] octets) throws IOException {
        expectReadOrRefused(octets);
    }

    /** Reads the file. */
    private interface Reading {
        void read(Path file) throws PemException;
    }

    private static void expectReadOrRefused(byte[] octets) throws IOException {
        Path file = Files.write(directory.resolve("file.pem"), octets);
        expect(Pem::certificates, file);
        expect(Pem::revocationLists, file);
        expect(any -> Pem.privateKey(any, null), file);
        expect(any -> Pem.privateKey(any, "secret".toCharArray()), file);
    }

    private static void expect(Reading reading, Path file) {
        try {
            reading.read(file);
        } catch (PemException e) {
            assertThat(e.getMessage())
                    .startsWith(file.toString())
                    .matches(text -> text.chars().noneMatch(Character::isISOControl));
        }
    }
}
