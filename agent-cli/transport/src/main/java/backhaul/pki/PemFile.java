package backhaul.pki;

import backhaul.transport.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits a PEM file (RFC 7468, with the headers of RFC 1421) into its blocks; text around them is ignored. */
final class PemFile {
    /** Bytes; a chain takes a few thousand, so a larger file is a mistake. */
    static final int MAX_SIZE = 1 << 20;

    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----");
    private static final Pattern END = Pattern.compile("-----END ([A-Z0-9 ]+)-----");

    /**
     * One block.
     *
     * @param label for example {@code CERTIFICATE}
     * @param encrypted by its headers, as OpenSSL did before PKCS#8
     * @param der empty if encrypted
     */
    record Block(String label, boolean encrypted, byte[] der) {}

    private PemFile() {}

    /** The blocks in order, at least one; {@code wanted} names what the caller looks for. */
    static List<Block> read(Path file, String wanted) throws PemException {
        byte[] octets = octets(file, "PEM file with the " + wanted);
        if (octets.length == 0) {
            throw new PemException(file, "is empty: a PEM file with a " + wanted + " is needed");
        }
        if (octets.length > MAX_SIZE) {
            throw new PemException(file, "is larger than 1 MiB: a PEM file with a " + wanted + " is needed");
        }
        if (octets.length > 1 && ((octets[0] & 0xff) == 0xff || (octets[0] & 0xff) == 0xfe)) {
            throw new PemException(file, "is UTF-16 text: save it as plain ASCII");
        }
        // Latin-1 maps every byte, so text around the blocks cannot get in the way.
        List<Block> blocks = blocks(file, new String(octets, StandardCharsets.ISO_8859_1));
        if (blocks.isEmpty()) {
            throw new PemException(file, notPem(file, octets, wanted));
        }
        return blocks;
    }

    private static List<Block> blocks(Path file, String text) throws PemException {
        List<Block> blocks = new ArrayList<>();
        String label = null;
        boolean encrypted = false;
        StringBuilder base64 = new StringBuilder();
        for (String line : text.split("\r\n|\n|\r")) {
            String trimmed = line.trim();
            Matcher begin = BEGIN.matcher(trimmed);
            Matcher end = END.matcher(trimmed);
            if (label == null && begin.find()) {
                label = begin.group(1);
                encrypted = false;
                base64.setLength(0);
            } else if (label == null) {
                continue;
            } else if (trimmed.startsWith("-----")) {
                if (!end.matches() || !end.group(1).equals(label)) {
                    throw truncated(file, label);
                }
                blocks.add(new Block(label, encrypted, encrypted ? new byte[0] : decode(file, label, base64)));
                label = null;
            } else if (trimmed.contains(":")) {
                encrypted |= trimmed.startsWith("Proc-Type:") && trimmed.contains("ENCRYPTED");
            } else {
                base64.append(trimmed);
            }
        }
        if (label != null) {
            throw truncated(file, label);
        }
        return blocks;
    }

    private static PemException truncated(Path file, String label) {
        return new PemException(
                file, "is cut short: its " + label + " has no END line of its own, copy the whole file again");
    }

    private static byte[] decode(Path file, String label, StringBuilder base64) throws PemException {
        byte[] der = null;
        try {
            der = Base64.getDecoder().decode(base64.toString());
        } catch (IllegalArgumentException e) {
            // Reported below, without the decoder's words: they quote the content.
        }
        if (der == null || der.length == 0) {
            throw new PemException(
                    file, "is damaged: its " + label + " is not valid Base64, copy the whole file again");
        }
        return der;
    }

    private static String notPem(Path file, byte[] octets, String wanted) {
        if (octets[0] != Der.SEQUENCE) {
            return "is not a PEM file: it has no -----BEGIN line, a PEM file with a " + wanted + " is needed";
        }
        if (isPkcs12(octets)) {
            return "is PKCS#12, not PEM: convert it with " + command("openssl pkcs12 -in %s -out %s", file);
        }
        String tool = wanted.contains("key") ? "pkey" : wanted.contains("list") ? "crl" : "x509";
        return "is binary DER, not PEM: convert it with "
                + command("openssl " + tool + " -inform DER -in %s -out %s", file);
    }

    /** PFX ::= SEQUENCE { version INTEGER (3), authSafe ... }: no certificate or key begins with a 3. */
    private static boolean isPkcs12(byte[] octets) {
        try {
            return new Der(octets).enter(Der.SEQUENCE).number() == 3;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** At most {@link #MAX_SIZE} bytes and one; {@code kind} names the expected type of file. */
    static byte[] octets(Path file, String kind) throws PemException {
        if (Files.isDirectory(file)) {
            throw new PemException(file, "is a directory: give the " + kind + " itself");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_SIZE + 1);
        } catch (NoSuchFileException e) {
            throw new PemException(file, "does not exist: give the path of the " + kind, e);
        } catch (AccessDeniedException e) {
            throw denied(file, e);
        } catch (IOException e) {
            throw new PemException(
                    file, "cannot be read (" + Printable.of(e.getMessage(), 200) + "): check the disk", e);
        }
    }

    /** The file exists and this user has no permission to read it. */
    static PemException denied(Path file, AccessDeniedException e) {
        return new PemException(file, "is not readable by the user " + user() + ": " + whoMay(file), e);
    }

    private static String whoMay(Path file) {
        try {
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
            return "it belongs to "
                    + Printable.of(attributes.owner().getName()) + ":"
                    + Printable.of(attributes.group().getName()) + " with mode "
                    + PosixFilePermissions.toString(attributes.permissions()) + ", let that user or its group read it";
        } catch (IOException | UnsupportedOperationException e) {
            return "that user has no access to a directory above it, or is denied by the file's ACL";
        }
    }

    private static String user() {
        return Printable.of(System.getProperty("user.name"));
    }

    /** A command line that converts the file into one beside it. */
    static String command(String format, Path file) {
        return String.format(Locale.ROOT, format, shell(file.toString()), shell(file + ".new"));
    }

    private static String shell(String word) {
        String printable = Printable.of(word);
        return printable.matches("[\\w./+:@%-]+") ? printable : "'" + printable.replace("'", "'\\''") + "'";
    }

    static String name(Path file) {
        return Printable.of(file.toString());
    }
}
