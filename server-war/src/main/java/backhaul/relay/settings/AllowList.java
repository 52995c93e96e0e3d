package backhaul.relay.settings;

import backhaul.pki.Certificates;
import backhaul.pki.DistinguishedName;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The certificates of the right issuer that are let in, {@code relay.tls.allow}. Everything is compared whole, without
 * wildcards. An entry has no control character, so a name that equals one has none either. Immutable.
 */
public final class AllowList {
    private static final String FORMS =
            "cn:NAME, san:NAME, dn:DISTINGUISHED NAME or sha256:FINGERPRINT, separated by semicolons";

    private static final Pattern FINGERPRINT = Pattern.compile("[0-9A-F]{64}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private final List<Predicate<X509Certificate>> entries;

    private AllowList(List<Predicate<X509Certificate>> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * Reads the entries.
     *
     * @throws IllegalArgumentException naming the entry that cannot be read
     */
    public static AllowList parse(String text) {
        List<Predicate<X509Certificate>> entries = new ArrayList<>();
        for (String entry : text.split(";")) {
            if (!entry.isBlank()) {
                entries.add(entry(entry.strip()));
            }
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("has no entry: give it " + FORMS + ", or remove it");
        }
        return new AllowList(entries);
    }

    private static Predicate<X509Certificate> entry(String entry) {
        int colon = entry.indexOf(':');
        String kind = entry.substring(0, Math.max(0, colon)).strip().toLowerCase(Locale.ROOT);
        String name = entry.substring(colon + 1).strip();
        if (!List.of("cn", "san", "dn", "sha256").contains(kind) || name.isEmpty()) {
            throw wrong(entry, "an entry is " + FORMS);
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw wrong(entry, "it contains a control character");
        }
        return switch (kind) {
            case "cn" -> commonName(entry, name);
            case "san" -> alternativeName(entry, name);
            case "dn" -> distinguishedName(entry, name);
            default -> fingerprint(entry, name);
        };
    }

    private static Predicate<X509Certificate> commonName(String entry, String name) {
        noWildcard(entry, name);
        // Of two common names, it is unknown which one the CA has checked.
        return certificate -> DistinguishedName.of(certificate.getSubjectX500Principal())
                .commonNames()
                .equals(List.of(name));
    }

    private static Predicate<X509Certificate> alternativeName(String entry, String name) {
        noWildcard(entry, name);
        String plain = address(name);
        return certificate -> Certificates.alternativeNames(certificate).contains(plain);
    }

    /** An IPv6 address has many forms; the JDK returns a certificate's in its own. */
    private static String address(String name) {
        try {
            return IPV6.matcher(name).matches() ? InetAddress.getByName(name).getHostAddress() : name;
        } catch (UnknownHostException e) {
            return name;
        }
    }

    private static Predicate<X509Certificate> distinguishedName(String entry, String name) {
        DistinguishedName wanted;
        try {
            wanted = DistinguishedName.parse(name);
        } catch (IllegalArgumentException e) {
            throw wrong(entry, e.getMessage());
        }
        if (!wanted.isPrintable()) {
            throw wrong(entry, "it contains a control character");
        }
        return certificate -> {
            DistinguishedName subject = DistinguishedName.of(certificate.getSubjectX500Principal());
            return subject.isPrintable() && subject.equals(wanted);
        };
    }

    private static Predicate<X509Certificate> fingerprint(String entry, String name) {
        String digits = name.replace(":", "").toUpperCase(Locale.ROOT);
        if (!FINGERPRINT.matcher(digits).matches()) {
            throw wrong(entry, "a SHA-256 fingerprint has 64 hexadecimal digits");
        }
        return certificate ->
                Certificates.fingerprint(certificate).replace(":", "").equals(digits);
    }

    private static void noWildcard(String entry, String name) {
        if (name.contains("*")) {
            throw wrong(entry, "there are no wildcards: name each agent");
        }
    }

    private static IllegalArgumentException wrong(String entry, String why) {
        return new IllegalArgumentException("cannot have the entry \"" + entry + "\": " + why);
    }

    public boolean contains(X509Certificate certificate) {
        return entries.stream().anyMatch(entry -> entry.test(certificate));
    }

    /** Describes the list, or that there is none. */
    public static String describe(Optional<AllowList> list) {
        return list.map(allowed -> "if on the allow-list of " + allowed.entries.size())
                .orElse("no allow-list");
    }
}
