package backhaul.pki;

import java.io.IOException;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Opens an encrypted PKCS#8 key. PBES2 (RFC 8018 section 6.2) is built here from PBKDF2 and a cipher, because
 * the JDK's own takes only ASCII passphrases; the JDK does the old PBES1 and PKCS#12 schemes.
 */
final class EncryptedKey {
    private static final String PBES2 = "1.2.840.113549.1.5.13";
    private static final String PBKDF2 = "1.2.840.113549.1.5.12";
    private static final String SCRYPT = "1.3.6.1.4.1.11591.4.11";

    /** Limits the work that a file can cause to some seconds; OpenSSL writes 2048. */
    private static final int MAX_ITERATIONS = 10_000_000;

    private static final Map<String, String> PRFS = Map.of(
            "1.2.840.113549.2.7", "PBKDF2WithHmacSHA1",
            "1.2.840.113549.2.8", "PBKDF2WithHmacSHA224",
            "1.2.840.113549.2.9", "PBKDF2WithHmacSHA256",
            "1.2.840.113549.2.10", "PBKDF2WithHmacSHA384",
            "1.2.840.113549.2.11", "PBKDF2WithHmacSHA512");

    /** The cipher, and the bits of its key. */
    private record Scheme(String cipher, int bits) {}

    private static final Map<String, Scheme> CIPHERS = Map.of(
            "2.16.840.1.101.3.4.1.2", new Scheme("AES/CBC/PKCS5Padding", 128),
            "2.16.840.1.101.3.4.1.22", new Scheme("AES/CBC/PKCS5Padding", 192),
            "2.16.840.1.101.3.4.1.42", new Scheme("AES/CBC/PKCS5Padding", 256),
            "1.2.840.113549.3.7", new Scheme("DESede/CBC/PKCS5Padding", 192));

    private final Path file;
    private final char[] passphrase;

    EncryptedKey(Path file, char[] passphrase) {
        this.file = file;
        this.passphrase = passphrase;
    }

    /** The plain PKCS#8 bytes. */
    byte[] decrypt(byte[] encrypted) throws PemException {
        if (passphrase == null || passphrase.length == 0) {
            throw new PemException(file, "is encrypted and no passphrase was given: give its passphrase");
        }
        try {
            Der info = new Der(encrypted).enter(Der.SEQUENCE);
            Der algorithm = info.enter(Der.SEQUENCE);
            if (!algorithm.oid().equals(PBES2)) {
                return pbes1(encrypted);
            }
            return pbes2(algorithm.enter(Der.SEQUENCE), info.content(Der.OCTET_STRING));
        } catch (IllegalArgumentException e) {
            throw new PemException(file, "is damaged: its encryption cannot be read, copy the whole file again");
        }
    }

    private byte[] pbes2(Der parameters, byte[] data) throws PemException {
        Der derivation = parameters.enter(Der.SEQUENCE);
        String function = derivation.oid();
        if (!function.equals(PBKDF2)) {
            throw unsupported(function.equals(SCRYPT) ? "scrypt" : function);
        }
        Der inputs = derivation.enter(Der.SEQUENCE);
        byte[] salt = inputs.content(Der.OCTET_STRING);
        int iterations = inputs.number();
        if (inputs.nextIs(Der.INTEGER)) {
            inputs.number(); // the length of the key, which the cipher knows
        }
        String prf = inputs.nextIs(Der.SEQUENCE) ? inputs.enter(Der.SEQUENCE).oid() : "1.2.840.113549.2.7";
        Der encryption = parameters.enter(Der.SEQUENCE);
        String cipherOid = encryption.oid();
        Scheme scheme = CIPHERS.get(cipherOid);
        if (scheme == null || !PRFS.containsKey(prf)) {
            throw unsupported(scheme == null ? cipherOid : prf);
        }
        if (iterations < 1 || iterations > MAX_ITERATIONS) {
            throw unsupported(iterations + " iterations");
        }
        byte[] iv = encryption.content(Der.OCTET_STRING);
        try {
            PBEKeySpec spec = new PBEKeySpec(passphrase, salt, iterations, scheme.bits());
            byte[] key = SecretKeyFactory.getInstance(PRFS.get(prf))
                    .generateSecret(spec)
                    .getEncoded();
            spec.clearPassword();
            Cipher cipher = Cipher.getInstance(scheme.cipher());
            String name = scheme.cipher().substring(0, scheme.cipher().indexOf('/'));
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, name), new IvParameterSpec(iv));
            return cipher.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw wrongPassphrase(file);
        }
    }

    private byte[] pbes1(byte[] encrypted) throws PemException {
        EncryptedPrivateKeyInfo info;
        AlgorithmParameters parameters;
        Cipher cipher;
        SecretKeyFactory keys;
        try {
            info = new EncryptedPrivateKeyInfo(encrypted);
            parameters = info.getAlgParameters();
            cipher = Cipher.getInstance(info.getAlgName());
            keys = SecretKeyFactory.getInstance(info.getAlgName());
        } catch (IOException | GeneralSecurityException e) {
            throw unsupported("an old scheme");
        }
        PBEKeySpec spec = new PBEKeySpec(passphrase);
        try {
            Key key = keys.generateSecret(spec);
            cipher.init(Cipher.DECRYPT_MODE, key, parameters);
            return cipher.doFinal(info.getEncryptedData());
        } catch (GeneralSecurityException e) {
            throw wrongPassphrase(file);
        } finally {
            spec.clearPassword();
        }
    }

    private PemException unsupported(String what) {
        return new PemException(
                file,
                "is encrypted in a way that is not supported (" + what
                        + "): convert it with "
                        + PemFile.command(
                                "openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -in %s -out %s", file));
    }

    static PemException wrongPassphrase(Path file) {
        return new PemException(file, "cannot be decrypted: the passphrase is wrong, or the file is damaged");
    }
}
