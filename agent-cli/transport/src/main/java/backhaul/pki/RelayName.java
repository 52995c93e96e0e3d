package backhaul.pki;

import backhaul.transport.Printable;
import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The name of a relay as it was dialled, and the check whether a certificate is for it: the name must be literally in the
 * subjectAltName, a DNS name in letters of either case, an address as an address. Deliberately stricter than RFC 6125: with
 * your own CA you need neither wildcards nor the name in the subject, and both have been used for forgeries.
 */
final class RelayName {
    private static final String SUBJECT_ALT_NAME = "2.5.29.17";

    // GeneralName ::= CHOICE (RFC 5280 section 4.2.1.6)
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;
    private static final Set<Integer> KINDS = Set.of(DNS_NAME, IP_ADDRESS);

    /** Names of a certificate that are shown. */
    private static final int MAX_SHOWN = 8;

    /** Not a name, but fits into a sentence like one. */
    private static final String ANY = "that agents dial";

    private final String name;

    /** @param name as dialled: a DNS name, or an address in digits without brackets or zone */
    RelayName(String name) {
        this.name = name;
    }

    /** Whether agents can dial it at all: by at least one of its names. */
    static void dialable(X509Certificate certificate) throws WrongNameException {
        WrongNameException wrong = null;
        for (List<?> entry : entries(certificate)) {
            String name = (String) entry.get(1);
            try {
                new RelayName(name.contains("*") ? ANY : name).check(certificate);
                return;
            } catch (WrongNameException e) {
                wrong = e;
            }
        }
        if (wrong != null) {
            throw wrong;
        }
        new RelayName(ANY).check(certificate);
    }

    void check(X509Certificate certificate) throws WrongNameException {
        List<String> names = new ArrayList<>();
        boolean wildcard = false;
        boolean found = false;
        boolean ofAnotherKind = false;
        for (List<?> entry : entries(certificate)) {
            int kind = (Integer) entry.get(0);
            String text = (String) entry.get(1);
            if (text.isEmpty() || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new WrongNameException("contains a name with a NUL or another character that no name has ("
                        + Printable.of(text, 100) + "): it is a forgery or a mistake, have the CA issue a new one");
            }
            wildcard |= text.contains("*");
            found |= kind == IP_ADDRESS ? isAddress(name) && sameAddress(text) : !isAddress(name) && sameName(text);
            ofAnotherKind |= kind == DNS_NAME && isAddress(name) && isAddress(text) && sameAddress(text);
            names.add(text);
        }
        if (found) {
            return;
        }
        if (names.isEmpty()) {
            String others = Certificates.describeNames(certificate);
            throw new WrongNameException((others.isEmpty()
                            ? "has no subjectAltName, and a name in the subject does not count"
                            : "has no DNS name and no address in its subjectAltName, which is " + others)
                    + ": have the CA issue one with the name " + name + " in it");
        }
        if (ofAnotherKind) {
            throw new WrongNameException("has " + name + " as a DNS name, but it was dialled as an address: have the CA"
                    + " issue one with IP:" + name + ", as backhaul-ca does");
        }
        String shown = Printable.of(String.join(", ", names.subList(0, Math.min(MAX_SHOWN, names.size()))), 300);
        throw new WrongNameException("is for " + shown
                + (wildcard
                        ? ": a wildcard is not accepted, have the CA issue one with the name " + name + " in it"
                        : ", not for " + name + ": dial it by a name in the certificate, or have the CA issue one for"
                                + " this name"));
    }

    /** DNS names and addresses, each with its kind before it. */
    private static List<List<?>> entries(X509Certificate certificate) throws WrongNameException {
        try {
            Collection<List<?>> entries = certificate.getSubjectAlternativeNames();
            if (entries != null) {
                return entries.stream()
                        .filter(entry -> KINDS.contains(entry.get(0)))
                        .toList();
            }
            if (certificate.getExtensionValue(SUBJECT_ALT_NAME) == null) {
                return List.of();
            }
        } catch (CertificateParsingException e) {
            // reported below
        }
        throw new WrongNameException("has a subjectAltName that cannot be read: have the CA issue a new one");
    }

    private static boolean isAddress(String name) {
        return name.indexOf(':') >= 0 || name.chars().allMatch(c -> c == '.' || c >= '0' && c <= '9');
    }

    private boolean sameName(String other) {
        String ascii;
        try {
            ascii = name.chars().allMatch(c -> c < 0x80) ? name : IDN.toASCII(name);
        } catch (IllegalArgumentException e) {
            return false; // a name that cannot be in the DNS
        }
        return !other.contains("*") && ascii.equalsIgnoreCase(other);
    }

    private boolean sameAddress(String other) {
        try {
            // Both are digits: nothing is looked up.
            return InetAddress.getByName(name).equals(InetAddress.getByName(other));
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
