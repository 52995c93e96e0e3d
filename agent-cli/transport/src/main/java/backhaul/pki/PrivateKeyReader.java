package backhaul.pki;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * Reads a private key from one PEM block. The JDK reads only PKCS#8, so the traditional forms (PKCS#1, RFC 5915) are
 * wrapped into it. No message quotes the content or has a cause that might.
 */
final class PrivateKeyReader {
    private static final String EC = "1.2.840.10045.2.1";

    private static final Map<String, String> ALGORITHMS =
            Map.of("1.2.840.113549.1.1.1", "RSA", EC, "EC", "1.3.101.112", "Ed25519", "1.3.101.113", "Ed448");

    /** P-256, P-384 and P-521: the curves that TLS 1.3 has, and all that the JDK still has. */
    private static final Set<String> CURVES = Set.of("1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35");

    private static final byte[] VERSION_0 = {Der.INTEGER, 1, 0};

    /** AlgorithmIdentifier { rsaEncryption, NULL }. */
    private static final byte[] RSA_ALGORITHM = {
        Der.SEQUENCE, 13, Der.OID, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, Der.NULL, 0
    };

    /** id-ecPublicKey. */
    private static final byte[] EC_OID = {Der.OID, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    private final Path file;
    private final char[] passphrase;

    PrivateKeyReader(Path file, char[] passphrase) {
        this.file = file;
        this.passphrase = passphrase;
    }

    /** The key; {@code curve} is from a separate EC PARAMETERS block, or null. */
    PrivateKey read(PemFile.Block block, byte[] curve) throws PemException {
        if (block.encrypted()) {
            throw failure("is encrypted in OpenSSL's traditional way, which is not supported: convert it with "
                    + PemFile.command("openssl pkcs8 -topk8 -in %s -out %s", file));
        }
        return switch (block.label()) {
            case "PRIVATE KEY" -> key(block.der());
            case "ENCRYPTED PRIVATE KEY" -> decrypted(block.der());
            case "RSA PRIVATE KEY" ->
                key(Der.encode(Der.SEQUENCE, VERSION_0, RSA_ALGORITHM, Der.encode(Der.OCTET_STRING, block.der())));
            case "EC PRIVATE KEY" -> key(wrapEc(block.der(), curve));
            case "OPENSSH PRIVATE KEY" ->
                throw failure(
                        "is an SSH key, not a TLS key: make one with openssl and have the CA sign a request for it");
            default ->
                throw failure("contains a " + block.label() + ", which is not supported: use RSA, EC or Ed25519");
        };
    }

    private PrivateKey decrypted(byte[] der) throws PemException {
        byte[] plain = new EncryptedKey(file, passphrase).decrypt(der);
        try {
            Der parts = new Der(plain).enter(Der.SEQUENCE);
            parts.number();
            parts.enter(Der.SEQUENCE).oid();
        } catch (IllegalArgumentException e) {
            // One wrong passphrase in 256 leaves padding that looks right.
            throw EncryptedKey.wrongPassphrase(file);
        }
        try {
            return key(plain);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private byte[] wrapEc(byte[] der, byte[] separateCurve) throws PemException {
        byte[] curve = separateCurve;
        try {
            Der key = new Der(der).enter(Der.SEQUENCE);
            key.number();
            key.content(Der.OCTET_STRING);
            if (key.nextIs(Der.CONTEXT_0)) {
                curve = key.enter(Der.CONTEXT_0).rest();
            }
        } catch (IllegalArgumentException e) {
            throw damaged();
        }
        if (curve == null) {
            throw failure("does not name the curve of its EC key: put the EC PARAMETERS block before the key");
        }
        byte[] algorithm = Der.encode(Der.SEQUENCE, EC_OID, curve);
        return Der.encode(Der.SEQUENCE, VERSION_0, algorithm, Der.encode(Der.OCTET_STRING, der));
    }

    private PrivateKey key(byte[] pkcs8) throws PemException {
        String algorithm = algorithm(pkcs8);
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw damaged();
        }
    }

    private String algorithm(byte[] pkcs8) throws PemException {
        String oid;
        String curve = null;
        boolean namedCurve = true;
        try {
            Der parts = new Der(pkcs8).enter(Der.SEQUENCE);
            parts.number();
            Der algorithm = parts.enter(Der.SEQUENCE);
            oid = algorithm.oid();
            if (oid.equals(EC)) {
                namedCurve = algorithm.nextIs(Der.OID);
                curve = namedCurve ? algorithm.oid() : null;
            }
        } catch (IllegalArgumentException e) {
            throw damaged();
        }
        if (!ALGORITHMS.containsKey(oid)) {
            throw failure("contains a key of a type that is not supported (" + oid + "): use RSA, EC or Ed25519");
        }
        if (!namedCurve) {
            throw failure("spells out its curve instead of naming it: convert it with "
                    + PemFile.command("openssl ec -param_enc named_curve -in %s -out %s", file));
        }
        if (curve != null && !CURVES.contains(curve)) {
            throw failure("contains an EC key on a curve that TLS 1.3 does not have (" + curve
                    + "): make one on prime256v1, secp384r1 or secp521r1");
        }
        return ALGORITHMS.get(oid);
    }

    private PemException damaged() {
        return failure("is damaged: the private key in it cannot be read, copy the whole file again");
    }

    private PemException failure(String what) {
        return new PemException(file, what);
    }
}
