package backhaul.pki;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Reads PEM files, and the passphrase of an encrypted one, with the means of the JDK. */
public final class Pem {
    private static final String TRUSTED = "TRUSTED CERTIFICATE";

    private Pem() {}

    /** The certificates of a file in order, at least one. */
    public static List<X509Certificate> certificates(Path file) throws PemException {
        List<PemFile.Block> blocks = PemFile.read(file, "certificate");
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemFile.Block block : blocks) {
            if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")) {
                String what = "certificate " + (certificates.size() + 1);
                certificates.add((X509Certificate) decoded(file, block, what, CertificateFactory::generateCertificate));
            }
        }
        if (!certificates.isEmpty()
                && blocks.stream().anyMatch(block -> block.label().equals(TRUSTED))) {
            throw new PemException(
                    file,
                    "contains a " + TRUSTED
                            + ", a format of OpenSSL's own, beside its certificates: put that block into a file of its own, convert"
                            + " it with openssl x509 -in FILE, and put the result in its place");
        }
        if (certificates.isEmpty()) {
            throw new PemException(
                    file,
                    "has no certificate: it contains " + labels(blocks)
                            + remedy(file, blocks.get(0).label()));
        }
        return List.copyOf(certificates);
    }

    /** A method of the JDK's factory. */
    private interface Decoder<T> {
        T decode(CertificateFactory factory, InputStream der) throws GeneralSecurityException;
    }

    private static <T> T decoded(Path file, PemFile.Block block, String what, Decoder<T> decoder) throws PemException {
        try {
            ByteArrayInputStream der = new ByteArrayInputStream(block.der());
            T decoded = decoder.decode(CertificateFactory.getInstance("X.509"), der);
            if (der.available() == 0) {
                return decoded;
            }
        } catch (GeneralSecurityException e) {
            // Reported below: the factory's words are about bytes.
        }
        throw new PemException(file, "is damaged: " + what + " in it cannot be read, copy it again");
    }

    /** The certificate revocation lists of a file in order, at least one. */
    public static List<X509CRL> revocationLists(Path file) throws PemException {
        List<PemFile.Block> blocks = PemFile.read(file, "certificate revocation list");
        List<X509CRL> lists = new ArrayList<>();
        for (PemFile.Block block : blocks) {
            if (block.label().equals("X509 CRL")) {
                String what = "revocation list " + (lists.size() + 1);
                lists.add((X509CRL) decoded(file, block, what, CertificateFactory::generateCRL));
            }
        }
        if (lists.isEmpty()) {
            throw new PemException(
                    file,
                    "has no certificate revocation list: it contains " + labels(blocks)
                            + ", use the file that begins with -----BEGIN X509 CRL-----");
        }
        return List.copyOf(lists);
    }

    private static String remedy(Path file, String label) {
        if (label.endsWith("CERTIFICATE REQUEST")) {
            return ", have the CA sign it and use the certificate";
        }
        if (label.equals("PKCS7")) {
            return ", convert it with " + PemFile.command("openssl pkcs7 -print_certs -in %s -out %s", file);
        }
        if (label.equals(TRUSTED)) {
            return ", convert it with " + PemFile.command("openssl x509 -in %s -out %s", file);
        }
        return ", use the file that begins with -----BEGIN CERTIFICATE-----";
    }

    /** The one private key of a file; {@code passphrase} may be null if the key is not encrypted. */
    public static PrivateKey privateKey(Path file, char[] passphrase) throws PemException {
        List<PemFile.Block> blocks = PemFile.read(file, "private key");
        List<PemFile.Block> keys = blocks.stream()
                .filter(block -> block.label().endsWith("PRIVATE KEY"))
                .toList();
        if (keys.isEmpty()) {
            throw new PemException(
                    file,
                    "has no private key: it contains " + labels(blocks)
                            + ", use the file whose -----BEGIN line says PRIVATE KEY");
        }
        if (keys.size() > 1) {
            throw new PemException(
                    file, "has " + keys.size() + " private keys: leave the one that belongs to the certificate");
        }
        byte[] curve = blocks.stream()
                .filter(block -> block.label().equals("EC PARAMETERS"))
                .map(PemFile.Block::der)
                .findFirst()
                .orElse(null);
        return new PrivateKeyReader(file, passphrase).read(keys.get(0), curve);
    }

    /** The passphrase of a key: the first line of a file, in UTF-8. */
    public static char[] passphrase(Path file) throws PemException {
        ByteBuffer octets = ByteBuffer.wrap(PemFile.octets(file, "file whose first line is the key's passphrase"));
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(octets).toString();
            String line = text.lines().findFirst().orElse("");
            if (!line.isEmpty()) {
                return line.toCharArray();
            }
        } catch (CharacterCodingException e) {
            throw new PemException(file, "is not text in UTF-8: write the key's passphrase on its first line");
        }
        throw new PemException(file, "has an empty first line: write the key's passphrase there");
    }

    /** "a CERTIFICATE REQUEST and an EC PARAMETERS". */
    private static String labels(List<PemFile.Block> blocks) {
        return blocks.stream()
                .map(block -> ("AEIOU".indexOf(block.label().charAt(0)) < 0 ? "a " : "an ") + block.label())
                .distinct()
                .limit(4)
                .collect(Collectors.joining(" and "));
    }
}
