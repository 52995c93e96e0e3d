package backhaul.pki;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The names of the attributes of a distinguished name: several are read, one is written. */
final class AttributeTypes {
    /** The object identifier, the name that is shown (OpenSSL's short one), then the other names that people write. */
    private static final String[][] TABLE = {
        {"2.5.4.3", "CN", "commonName"},
        {"2.5.4.4", "SN", "surname"},
        {"2.5.4.5", "serialNumber"},
        {"2.5.4.6", "C", "countryName", "country"},
        {"2.5.4.7", "L", "localityName", "locality"},
        {"2.5.4.8", "ST", "S", "SP", "stateOrProvinceName", "state"},
        {"2.5.4.9", "street", "streetAddress"},
        {"2.5.4.10", "O", "organizationName", "organization"},
        {"2.5.4.11", "OU", "organizationalUnitName", "organizationalUnit"},
        {"2.5.4.12", "title", "T"},
        {"2.5.4.13", "description"},
        {"2.5.4.15", "businessCategory"},
        {"2.5.4.17", "postalCode"},
        {"2.5.4.20", "telephoneNumber"},
        {"2.5.4.41", "name"},
        {"2.5.4.42", "GN", "G", "givenName"},
        {"2.5.4.43", "initials"},
        {"2.5.4.44", "generationQualifier", "generation"},
        {"2.5.4.46", "dnQualifier", "dnQ"},
        {"2.5.4.65", "pseudonym"},
        {"2.5.4.97", "organizationIdentifier"},
        {"0.9.2342.19200300.100.1.1", "UID", "userId"},
        {"0.9.2342.19200300.100.1.3", "mail"},
        {"0.9.2342.19200300.100.1.25", "DC", "domainComponent"},
        {"1.2.840.113549.1.9.1", "emailAddress", "E", "email"},
        {"1.2.840.113549.1.9.2", "unstructuredName"},
        {"1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL"},
        {"1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST"},
        {"1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC"},
    };

    private static final Map<String, String> OIDS = new HashMap<>();
    private static final Map<String, String> NAMES = new HashMap<>();

    static {
        for (String[] row : TABLE) {
            NAMES.put(row[0], row[1]);
            for (int i = 1; i < row.length; i++) {
                OIDS.put(row[i].toLowerCase(Locale.ROOT), row[0]);
            }
        }
    }

    private AttributeTypes() {}

    /** The dotted object identifier for a name or a dotted identifier, or null. */
    static String oid(String type) {
        String dotted = type.regionMatches(true, 0, "OID.", 0, 4) ? type.substring(4) : type;
        return dotted.matches("[0-2](\\.(0|[1-9][0-9]*))+") ? dotted : OIDS.get(type.toLowerCase(Locale.ROOT));
    }

    /** The name that is shown for a dotted object identifier: itself if there is none. */
    static String name(String oid) {
        return NAMES.getOrDefault(oid, oid);
    }
}
