package backhaul.relay.settings;

import backhaul.transport.PropertiesFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of a relay: decides which place counts for a key, and reports everything that is wrong as sentences. {@code
 * check}, the command's start and the start on Liberty all use this, so none of them accepts what another refuses.
 */
public final class RelaySettings {
    public static final String HTTP_PORT = "http.port";

    private static final String HTTP_DEFAULT = "9080";
    private static final List<String> REQUIRED = List.of("relay.tls.cert", "relay.tls.key", "relay.tls.ca");
    private static final String ISSUER = "relay.tls.issuer";

    static final Pattern EXPRESSION = Pattern.compile("\\$\\{([^:}]+)(?::([^}]*))?}");

    private final List<SettingsPlace> places;
    private final Set<String> problems = new LinkedHashSet<>();
    private final List<String> warnings;
    private final Set<String> wrong = new HashSet<>();
    private final RelayConfig config;
    private final OptionalInt httpPort;

    /**
     * Checks everything.
     *
     * @param places the first one that has a key counts
     * @param unreadable the parts of them that could not be read
     */
    RelaySettings(List<SettingsPlace> places, List<String> unreadable) {
        this.places = List.copyOf(places);
        config = parse();
        if (config.issuer() == null && !wrong.contains(ISSUER) && !hasFiles()) {
            problems.add(unknownIssuer());
        }
        httpPort = parseHttpPort();
        problems.addAll(unreadable);
        SettingsReview review = new SettingsReview(places);
        problems.addAll(review.problems());
        warnings = review.warnings();
    }

    /** All keys. */
    static Set<String> known() {
        Set<String> known = RelayConfig.keys();
        known.add(HTTP_PORT);
        return known;
    }

    /** The problems that keep the relay from starting, each a sentence. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** The warnings, each a sentence. */
    public List<String> warnings() {
        return warnings;
    }

    /** The configuration with defaults in place of wrong values, so that the rest can be checked. */
    public RelayConfig config() {
        return config;
    }

    /** Is one of the problems about the value of this key? */
    public boolean isWrong(String key) {
        return wrong.contains(key);
    }

    /** Empty if it is wrong. */
    public OptionalInt httpPort() {
        return httpPort;
    }

    /** Are the files of the relay's certificate, key and CA set? */
    public boolean hasFiles() {
        return REQUIRED.stream().noneMatch(wrong::contains);
    }

    /** The files and variables that set something. */
    public String origins() {
        Set<String> origins = new LinkedHashSet<>();
        for (int i = places.size() - 1; i >= 0; i--) {
            if (places.get(i).kind() != SettingsPlace.Kind.DEFAULTS) {
                origins(places.get(i), origins);
            }
        }
        return String.join(", ", origins);
    }

    private static void origins(SettingsPlace place, Set<String> origins) {
        for (String key : known()) {
            place.find(key)
                    .ifPresent(entry -> origins.add(
                            entry.key().equals(key) ? entry.place().replaceFirst(" line \\d+$", "") : entry.key()));
        }
    }

    /** The entry that counts; null if it is set nowhere. */
    PropertiesFile.Entry find(String key) {
        return places.stream()
                .flatMap(place -> place.find(key).stream())
                .findFirst()
                .orElse(null);
    }

    /** The possible names are in the CA file, which cannot be read. */
    public static String unknownIssuer() {
        return ISSUER + " is not set: give it the name of the CA that issues your agents' certificates, which"
                + " backhaul-ca show prints";
    }

    private RelayConfig parse() {
        try {
            return RelayConfig.parse(this::text);
        } catch (RelayConfig.Invalid e) {
            for (String problem : e.problems()) {
                String key = problem.substring(0, problem.indexOf(' '));
                wrong(key, problem.substring(key.length() + 1));
            }
        }
        try {
            return RelayConfig.parse(key -> !wrong.contains(key)
                    ? text(key)
                    : REQUIRED.contains(key) ? Optional.of("not set") : Optional.empty());
        } catch (RelayConfig.Invalid e) {
            throw new IllegalStateException(e);
        }
    }

    private OptionalInt parseHttpPort() {
        String port = text(HTTP_PORT).map(String::strip).orElse(HTTP_DEFAULT);
        int number = port.matches("\\d{1,5}") ? Integer.parseInt(port) : 0;
        if (number >= 1 && number <= 65_535 && !wrong.contains(HTTP_PORT)) {
            return OptionalInt.of(number);
        }
        wrong(HTTP_PORT, "must be a whole number 1..65535, was " + port);
        return OptionalInt.empty();
    }

    /** The value; empty if there is none, or if its text is wrong. */
    private Optional<String> text(String key) {
        PropertiesFile.Entry entry = find(key);
        if (entry == null) {
            return Optional.empty();
        }
        List<String> names = new ArrayList<>(List.of(key));
        String text = expand(key, entry.text(), names);
        if (text != null && text.isBlank()) {
            wrong(key, "has no value: give it one or leave it out");
            return Optional.empty();
        }
        return Optional.ofNullable(text);
    }

    /** @param names the names that led here */
    private String expand(String key, String raw, List<String> names) {
        Matcher expression = EXPRESSION.matcher(raw);
        StringBuilder text = new StringBuilder();
        while (expression.find()) {
            String value = value(key, expression, names);
            if (value == null) {
                return null;
            }
            expression.appendReplacement(text, Matcher.quoteReplacement(value));
        }
        return expression.appendTail(text).toString();
    }

    private String value(String key, Matcher expression, List<String> names) {
        String name = expression.group(1);
        if (names.contains(name)) {
            wrong(key, "has " + expression.group() + ", which leads back to itself");
            return null;
        }
        PropertiesFile.Entry entry = find(name);
        if (entry != null) {
            List<String> deeper = new ArrayList<>(names);
            deeper.add(name);
            return expand(key, entry.text(), deeper);
        }
        if (expression.group(2) == null) {
            wrong(key, "has " + expression.group() + ", which is not set");
        } else if (expression.group(2).contains("${")) {
            wrong(key, "has " + expression.group() + ", one within another, which is not supported");
            return null;
        }
        return expression.group(2);
    }

    private void wrong(String key, String why) {
        if (wrong.add(key)) {
            problems.add(key + " " + why + place(key));
        }
    }

    /** The place where it is set, in brackets after a sentence about it; empty if it is not. */
    private String place(String key) {
        PropertiesFile.Entry entry = find(key);
        return entry == null ? "" : " (" + SettingsPlace.where(key, entry) + ")";
    }
}
