package backhaul.pki;

import backhaul.transport.Printable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;

/**
 * A distinguished name that can be compared with others written in any form: the string type, the case and repeated
 * spaces do not matter, the order does. Its printed form has no control characters.
 */
public final class DistinguishedName {
    private static final String COMMON_NAME = "2.5.4.3";

    /** In the order of the encoding, usually the country first; each is an unordered group of attributes. */
    private final List<List<Attribute>> parts;

    private final List<List<String>> folded;

    DistinguishedName(List<List<Attribute>> parts) {
        this.parts = parts;
        this.folded = parts.stream()
                .map(part -> part.stream().map(Attribute::folded).sorted().toList())
                .toList();
    }

    /**
     * Reads OpenSSL's one-line form ({@code /C=US/O=Example/CN=x}) or RFC 4514 ({@code CN=x,O=Example,C=US}), with or
     * without a prefix such as {@code subject=}.
     *
     * @throws IllegalArgumentException naming the part that cannot be read, or with the forms to write instead
     */
    public static DistinguishedName parse(String text) {
        return NameParser.parse(text);
    }

    public static DistinguishedName of(X500Principal principal) {
        Der names = new Der(principal.getEncoded()).enter(Der.SEQUENCE);
        List<List<Attribute>> parts = new ArrayList<>();
        while (names.hasMore()) {
            Der group = names.enter(Der.SET);
            List<Attribute> part = new ArrayList<>();
            while (group.hasMore()) {
                Der attribute = group.enter(Der.SEQUENCE);
                part.add(Attribute.decode(attribute.oid(), attribute.rest()));
            }
            parts.add(List.copyOf(part));
        }
        return new DistinguishedName(List.copyOf(parts));
    }

    /** The common names in it, each as it is; a good name has one. */
    public List<String> commonNames() {
        return parts.stream()
                .flatMap(List::stream)
                .filter(attribute -> attribute.text() && attribute.oid().equals(COMMON_NAME))
                .map(Attribute::value)
                .toList();
    }

    /** Whether all of it is visible when printed: no control character, no unusual space. */
    public boolean isPrintable() {
        return parts.stream()
                .flatMap(List::stream)
                .allMatch(attribute -> attribute.value().codePoints().allMatch(Printable::isPrintable));
    }

    /** OpenSSL's one-line form. */
    public String oneLine() {
        return parts.stream()
                .map(part -> part.stream().map(Attribute::oneLine).collect(Collectors.joining("+", "/", "")))
                .collect(Collectors.joining());
    }

    /** RFC 4514. */
    @Override
    public String toString() {
        List<List<Attribute>> reversed = new ArrayList<>(parts);
        Collections.reverse(reversed);
        return reversed.stream()
                .map(part -> part.stream().map(Attribute::rfc4514).collect(Collectors.joining("+")))
                .collect(Collectors.joining(","));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DistinguishedName name && folded.equals(name.folded);
    }

    @Override
    public int hashCode() {
        return folded.hashCode();
    }
}
