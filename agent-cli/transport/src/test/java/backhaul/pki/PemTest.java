package backhaul.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
    private static final char[] PASSPHRASE = "öffne dich".toCharArray();

    @TempDir
    static Path directory;

    private static TestCa ca;
    private static TestCa.Issued agent;

    @BeforeAll
    static void certificates() {
        ca = TestCa.create(directory);
        agent = ca.agent("home").issue();
    }

    private static Path file(String name) {
        return directory.resolve(name);
    }

    private static Path write(String name, String content) throws IOException {
        return Files.writeString(file(name), content);
    }

    private static void openssl(String arguments) {
        TestCa.openssl(directory, arguments);
    }

    private static AbstractThrowableAssert<?, ?> keyFailure(Path file, char[] passphrase) {
        return failure(() -> Pem.privateKey(file, passphrase), file);
    }

    private static AbstractThrowableAssert<?, ?> certificateFailure(Path file) {
        return failure(() -> Pem.certificates(file), file);
    }

    private static AbstractThrowableAssert<?, ?> failure(ThrowingCallable call, Path file) {
        return assertThatThrownBy(call)
                .isInstanceOf(PemException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageNotContaining("\n");
    }

    /** Reads it, and shows that it is the same key as OpenSSL sees. */
    private static void sameKey(Path file, char[] passphrase, Path original) throws PemException {
        PrivateKey key = Pem.privateKey(file, passphrase);
        PrivateKey expected = Pem.privateKey(original, null);
        if (key instanceof ECPrivateKey ec) {
            // Two encodings of one EC key, with and without its public half, are not equal for the JDK.
            assertThat(ec.getS()).isEqualTo(((ECPrivateKey) expected).getS());
            assertThat(ec.getParams().getOrder())
                    .isEqualTo(((ECPrivateKey) expected).getParams().getOrder());
        } else {
            assertThat(key).isEqualTo(expected);
        }
    }

    @Test
    void aTrustedCertificateAmongOthersIsNotPassedOver() throws IOException {
        String trusted = TestCa.openssl(
                directory,
                "x509 -trustout -addtrust serverAuth -in",
                ca.rootFile().toString());
        Path file = Files.writeString(directory.resolve("mixed.pem"), Files.readString(ca.issuerFile()) + trusted);
        assertThatThrownBy(() -> Pem.certificates(file))
                .isInstanceOf(PemException.class)
                .hasMessage(file
                        + " contains a TRUSTED CERTIFICATE, a format of OpenSSL's own, beside its certificates: put"
                        + " that block into a file of its own, convert it with openssl x509 -in FILE, and put the result"
                        + " in its place");
    }

    @Test
    void certificatesComeInTheOrderOfTheFile() throws IOException {
        assertThat(Pem.certificates(agent.certificate()))
                .extracting(certificate -> certificate.getSubjectX500Principal().getName())
                .satisfiesExactly(
                        own -> assertThat(own).contains("CN=home"),
                        issuer -> assertThat(issuer).contains("Issuing CA"));
    }

    @Test
    void textAroundTheBlocksAndCarriageReturnsArePassedOver() throws IOException {
        String text =
                "Bag Attributes\n    friendlyName: x\n" + TestCa.openssl(directory, "x509 -text -in " + agent.leaf())
                        + "Grüße -----\n" + Files.readString(ca.issuerFile()) + "# the end, no line end";
        Path file = write("text.pem", text.replace("\n", "\r\n"));
        assertThat(Pem.certificates(file)).hasSize(2);
    }

    @Test
    void keyAndCertificatesMayShareAFile() throws IOException {
        Path file = write("both.pem", Files.readString(agent.key()) + Files.readString(agent.certificate()));
        assertThat(Pem.certificates(file)).hasSize(2);
        assertThat(Pem.privateKey(file, null)).isEqualTo(Pem.privateKey(agent.key(), null));
    }

    @ParameterizedTest
    @CsvSource({"rsa,RSA", "ed25519,EdDSA", "ed448,EdDSA"})
    void pkcs8KeysAreRead(String algorithm, String expected) throws IOException {
        openssl("genpkey -algorithm " + algorithm + " -out pkcs8-" + algorithm);
        assertThat(Pem.privateKey(file("pkcs8-" + algorithm), null).getAlgorithm())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"prime256v1", "secp384r1", "secp521r1"})
    void traditionalEcKeysAreReadWithTheParametersBeforeThem(String curve) throws IOException {
        openssl("ecparam -genkey -name " + curve + " -out ec-" + curve);
        assertThat(Files.readString(file("ec-" + curve))).contains("BEGIN EC PARAMETERS", "BEGIN EC PRIVATE KEY");
        openssl("pkcs8 -topk8 -nocrypt -in ec-" + curve + " -out ec8-" + curve);
        sameKey(file("ec-" + curve), null, file("ec8-" + curve));
    }

    @Test
    void traditionalRsaKeysAreRead() throws IOException {
        openssl("genrsa -traditional -out rsa 2048");
        assertThat(Files.readString(file("rsa"))).contains("BEGIN RSA PRIVATE KEY");
        openssl("pkcs8 -topk8 -nocrypt -in rsa -out rsa8");
        sameKey(file("rsa"), null, file("rsa8"));
    }

    /** As some hardware writes it: ECPrivateKey with neither of its optional parts. */
    private static String bareEcKey() throws IOException {
        Der info = new Der(Pem.privateKey(agent.key(), null).getEncoded()).enter(Der.SEQUENCE);
        info.number();
        info.element();
        Der key = new Der(info.content(Der.OCTET_STRING)).enter(Der.SEQUENCE);
        byte[] bare = Der.encode(Der.SEQUENCE, key.element(), key.element());
        return block("EC PRIVATE KEY", bare);
    }

    private static String block(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label
                + "-----\n";
    }

    @Test
    void ecKeyWithoutCurveTakesItFromTheSeparateBlock() throws IOException {
        openssl("ecparam -name prime256v1 -out params");
        Path file = write("bare.pem", Files.readString(file("params")) + bareEcKey());
        sameKey(file, null, agent.key());
    }

    @Test
    void ecKeyWithoutAnyCurveIsRefused() throws IOException {
        keyFailure(write("bare-alone.pem", bareEcKey()), null).hasMessageContaining("name the curve");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-v2 aes-256-cbc",
                "-v2 aes-128-cbc -v2prf hmacWithSHA1",
                "-v2 aes-192-cbc -v2prf hmacWithSHA512",
                "-v2 des3"
            })
    void encryptedKeysAreReadWhateverThePassphraseIsMadeOf(String scheme) throws IOException {
        TestCa.openssl(
                directory,
                "pkcs8 -topk8 " + scheme + " -in " + agent.key() + " -out encrypted -passout",
                "pass:" + new String(PASSPHRASE));
        sameKey(file("encrypted"), PASSPHRASE, agent.key());
        keyFailure(file("encrypted"), "open".toCharArray()).hasMessageContaining("passphrase is wrong");
        keyFailure(file("encrypted"), null).hasMessageContaining("no passphrase was given");
    }

    @Test
    void keyEncryptedInTheOldWayIsRead() throws IOException {
        openssl("pkcs8 -topk8 -v1 PBE-SHA1-3DES -in " + agent.key() + " -out old -passout pass:secret");
        sameKey(file("old"), "secret".toCharArray(), agent.key());
        keyFailure(file("old"), "other".toCharArray()).hasMessageContaining("passphrase is wrong");
    }

    @Test
    void scryptIsRefusedWithTheCommandThatConverts() {
        openssl("pkcs8 -topk8 -scrypt -in " + agent.key() + " -out scrypt -passout pass:secret");
        keyFailure(file("scrypt"), "secret".toCharArray())
                .hasMessageContaining("scrypt")
                .hasMessageContaining("openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -in " + file("scrypt")
                        + " -out " + file("scrypt.new"));
        openssl("pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -in scrypt -out scrypt.new -passin pass:secret"
                + " -passout pass:secret");
        assertThat(Files.exists(file("scrypt.new"))).isTrue();
    }

    @Test
    void traditionalEncryptionIsRefusedWithTheCommandThatConverts() {
        openssl("ec -aes256 -in " + agent.key() + " -out traditional -passout pass:secret");
        keyFailure(file("traditional"), "secret".toCharArray())
                .hasMessageContaining(
                        "openssl pkcs8 -topk8 -in " + file("traditional") + " -out " + file("traditional.new"));
    }

    @Test
    void commandQuotesFileNamesWithSpaces() throws IOException {
        Path file = write(
                "my key",
                block("RSA PRIVATE KEY", new byte[9])
                        .replace("KEY-----\nAA", "KEY-----\nProc-Type: 4,ENCRYPTED\n\nAA"));
        keyFailure(file, null).hasMessageContaining("-in '" + file + "' -out '" + file + ".new'");
    }

    @Test
    void curveThatTlsDoesNotHaveIsRefused() {
        openssl("ecparam -genkey -name secp256k1 -out bitcoin");
        keyFailure(file("bitcoin"), null).hasMessageContaining("prime256v1");
    }

    @Test
    void curveThatIsSpelledOutIsRefusedWithTheCommand() {
        openssl("ecparam -genkey -name prime256v1 -param_enc explicit -out explicit");
        keyFailure(file("explicit"), null).hasMessageContaining("openssl ec -param_enc named_curve");
    }

    @Test
    void keysOfOtherKindsAreRefused() throws IOException {
        openssl("genpkey -algorithm x25519 -out x25519");
        keyFailure(file("x25519"), null).hasMessageContaining("use RSA, EC or Ed25519");
        keyFailure(write("ssh", block("OPENSSH PRIVATE KEY", new byte[9])), null)
                .hasMessageContaining("ssh");
    }

    @Test
    void twoKeysAreRefused() throws IOException {
        String key = Files.readString(agent.key());
        keyFailure(write("two", key + key), null).hasMessageContaining("2 private keys");
    }

    @Test
    void certificateGivenAsTheKeyIsNamed() {
        keyFailure(agent.certificate(), null).hasMessageContaining("no private key: it contains a CERTIFICATE,");
    }

    @Test
    void keyGivenAsTheCertificateIsNamed() {
        certificateFailure(agent.key()).hasMessageContaining("no certificate: it contains a PRIVATE KEY,");
    }

    @Test
    void requestGivenAsTheCertificateIsNamed() {
        openssl("req -new -key " + agent.key() + " -subj /CN=x -out request");
        certificateFailure(file("request")).hasMessageContaining("contains a CERTIFICATE REQUEST, have the CA sign it");
    }

    @Test
    void missingFileIsNamed() {
        certificateFailure(file("nowhere")).hasMessageContaining("does not exist");
        keyFailure(file("nowhere"), null).hasMessageContaining("does not exist");
    }

    @Test
    void directoryIsRefused() {
        certificateFailure(directory).hasMessageContaining("is a directory");
    }

    @Test
    void emptyFileIsRefused() throws IOException {
        certificateFailure(write("empty", "")).hasMessageContaining("is empty");
    }

    @Test
    void unreadableFileSaysWhoMayReadIt() throws IOException {
        Path file = write("closed", "x");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("-w-------"));
        // The tests may run as root, who can read everything: the refusal is made by hand.
        assertThat(PemFile.denied(file, new AccessDeniedException(file.toString())))
                .hasMessageContaining("belongs to " + Files.getOwner(file))
                .hasMessageContaining("-w-------");
    }

    @Test
    void fileLargerThanTheLimitIsRefused() throws IOException {
        certificateFailure(write("large", "x".repeat(PemFile.MAX_SIZE + 1))).hasMessageContaining("1 MiB");
        certificateFailure(write("just", "x".repeat(PemFile.MAX_SIZE))).hasMessageContaining("no -----BEGIN");
    }

    @Test
    void binaryCertificateIsRefusedWithTheCommand() {
        openssl("x509 -in " + agent.leaf() + " -outform DER -out der");
        certificateFailure(file("der")).hasMessageContaining("openssl x509 -inform DER -in " + file("der"));
    }

    @Test
    void binaryKeyIsRefusedWithTheCommand() {
        openssl("pkey -in " + agent.key() + " -outform DER -out derkey");
        keyFailure(file("derkey"), null).hasMessageContaining("openssl pkey -inform DER -in " + file("derkey"));
    }

    @Test
    void pkcs12IsRefusedWithTheCommand() {
        openssl("pkcs12 -export -in " + agent.leaf() + " -inkey " + agent.key() + " -out p12 -passout pass:x");
        certificateFailure(file("p12")).hasMessageContaining("openssl pkcs12 -in " + file("p12"));
    }

    @Test
    void textInUtf16IsRefused() throws IOException {
        Path file = file("utf16");
        Files.write(file, Files.readString(agent.leaf()).getBytes(StandardCharsets.UTF_16));
        certificateFailure(file).hasMessageContaining("UTF-16");
    }

    @Test
    void byteOrderMarkIsPassedOver() throws IOException {
        assertThat(Pem.certificates(write("bom", "\ufeff" + Files.readString(agent.leaf()))))
                .hasSize(1);
    }

    @Test
    void damagedBase64IsRefused() throws IOException {
        String key = Files.readString(agent.key());
        keyFailure(write("damaged", key.replaceFirst("\nM", "\nM*")), null)
                .hasMessageContaining("PRIVATE KEY is not valid Base64");
        certificateFailure(write("hollow", block("CERTIFICATE", new byte[0]))).hasMessageContaining("Base64");
    }

    @Test
    void truncatedFileIsRefused() throws IOException {
        String chain = Files.readString(agent.certificate());
        certificateFailure(write("cut", chain.substring(0, chain.length() - 40)))
                .hasMessageContaining("cut short");
        certificateFailure(write("joined", chain.replaceFirst("-----END CERTIFICATE-----\n", "")))
                .hasMessageContaining("cut short");
    }

    @Test
    void rightBase64WithWrongContentIsRefused() throws IOException {
        byte[] half = new byte[300];
        System.arraycopy(
                Base64.getMimeDecoder().decode(Files.readString(agent.leaf()).replaceAll("-----.*", "")),
                0,
                half,
                0,
                300);
        certificateFailure(write("half", block("CERTIFICATE", half))).hasMessageContaining("certificate 1 in it");
        keyFailure(write("halfkey", block("PRIVATE KEY", half)), null).hasMessageContaining("is damaged");
        keyFailure(write("halfec", block("EC PRIVATE KEY", half)), null).hasMessageContaining("is damaged");
        keyFailure(write("halfrsa", block("RSA PRIVATE KEY", half)), null).hasMessageContaining("is damaged");
        keyFailure(write("halfenc", block("ENCRYPTED PRIVATE KEY", half)), PASSPHRASE)
                .hasMessageContaining("is damaged");
    }

    @Test
    void noMessageOrCauseQuotesAKey() throws IOException {
        String key = Files.readString(agent.key());
        String secret = key.lines().skip(1).findFirst().orElseThrow().substring(0, 20);
        for (String broken : new String[] {
            key.replaceFirst("(?m)^(MI.{30})", "$1*"),
            key.substring(0, 120),
            key.replace("PRIVATE KEY", "EC PRIVATE KEY"),
            key.replace("PRIVATE KEY", "RSA PRIVATE KEY"),
            key.replace("BEGIN PRIVATE", "begin"),
        }) {
            keyFailure(write("broken", broken), null)
                    .hasMessageNotContaining(secret)
                    .hasNoCause();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"öffne dich", "öffne dich\n", "öffne dich\r\nremark\n"})
    void passphraseIsTheFirstLine(String content) throws IOException {
        assertThat(Pem.passphrase(write("passphrase", content))).isEqualTo(PASSPHRASE);
    }

    @Test
    void passphraseFileWithoutOneIsSaid() throws IOException {
        String remedy = "write the key's passphrase";
        for (String content : new String[] {"", "\nsecond line"}) {
            Path file = write("passphrase", content);
            failure(() -> Pem.passphrase(file), file)
                    .hasMessage(file + " has an empty first line: " + remedy + " there");
        }
        Path latin = Files.write(file("latin"), "öffne dich".getBytes(StandardCharsets.ISO_8859_1));
        failure(() -> Pem.passphrase(latin), latin)
                .hasMessage(latin + " is not text in UTF-8: " + remedy + " on its first line");
        failure(() -> Pem.passphrase(file("nowhere")), file("nowhere"))
                .hasMessageContaining(
                        "does not exist: give the path of the file whose first line is the key's passphrase");
    }
}
