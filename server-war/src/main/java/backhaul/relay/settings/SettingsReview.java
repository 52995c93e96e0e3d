package backhaul.relay.settings;

import backhaul.transport.PropertiesFile;
import backhaul.transport.Spelling;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds settings without the intended effect: keys that do not exist, and values that another place overrides. */
final class SettingsReview {
    private static final Pattern OF_LIBERTY = Pattern.compile("(com\\.ibm|io\\.openliberty|websphere|bootstrap)\\..*");

    /** Variables that are probably meant for the relay; their names begin with RELAY_ in upper or lower case. */
    private static final Pattern VARIABLE = Pattern.compile("RELAY_(UDP|TLS|MAX|BACKLOG)_.*|RELAY_.*TIMEOUT");

    private static final int SLIP = 2; // letters of a typing mistake

    private final List<SettingsPlace> places;
    private final Set<String> known = RelaySettings.known();
    private final Set<String> variables = new LinkedHashSet<>(); // the names of known keys in the environment
    private final Set<String> forms = new HashSet<>(); // all names of known keys
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** @param places the first one that has a key counts */
    SettingsReview(List<SettingsPlace> places) {
        this.places = places;
        for (String key : known) {
            List<String> names = SettingsPlace.forms(key);
            forms.addAll(names);
            variables.add(names.get(names.size() - 1));
        }
        Set<String> used = used();
        for (SettingsPlace place : places) {
            for (PropertiesFile.Entry entry : place.entries().values()) {
                boolean ours = place.kind() == SettingsPlace.Kind.OURS;
                if (!(ours ? known : forms).contains(entry.key()) && !used.contains(entry.key())) {
                    unknown(entry, ours);
                }
            }
        }
        known.forEach(this::twice);
        known.forEach(this::overruled);
    }

    /** The problems, each a sentence. */
    List<String> problems() {
        return problems;
    }

    /** The warnings, each a sentence. */
    List<String> warnings() {
        return warnings;
    }

    /** The names that values refer to. */
    private Set<String> used() {
        Set<String> used = new HashSet<>();
        for (SettingsPlace place : places) {
            for (PropertiesFile.Entry entry : place.entries().values()) {
                if (place.kind() == SettingsPlace.Kind.OURS || forms.contains(entry.key())) {
                    Matcher expression = RelaySettings.EXPRESSION.matcher(entry.text());
                    while (expression.find()) {
                        used.add(expression.group(1));
                    }
                }
            }
        }
        return used;
    }

    private void unknown(PropertiesFile.Entry entry, boolean ours) {
        String name = entry.key();
        if (ours && OF_LIBERTY.matcher(name).matches()) {
            problems.add(entry.place() + ": " + name + " is a setting of Liberty's: move it to bootstrap.properties");
        } else if (ours || name.toLowerCase(Locale.ROOT).startsWith("relay.")) {
            problems.add(
                    entry.place() + ": there is no key " + name + "; the nearest is " + Spelling.nearest(name, known));
        } else if (isVariable(name)) {
            problems.add(entry.place() + " has " + name + ", which is not a setting of the relay: the nearest is "
                    + Spelling.nearest(name, variables));
        }
    }

    private boolean isVariable(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.startsWith("RELAY_")
                && (VARIABLE.matcher(upper).matches()
                        || Spelling.distance(name, Spelling.nearest(name, variables)) <= SLIP);
    }

    /** A key that is set by several of its names. */
    private void twice(String key) {
        for (SettingsPlace place : places) {
            List<PropertiesFile.Entry> entries = SettingsPlace.forms(key).stream()
                    .map(place.entries()::get)
                    .filter(entry -> entry != null && !entry.text().isBlank())
                    .toList();
            if (place.kind() != SettingsPlace.Kind.OURS && entries.size() > 1) {
                problems.add(entries.get(0).place() + " has " + entries.get(0).key() + " and "
                        + entries.get(1).key() + ": give " + key + " once");
            }
        }
    }

    /** Values that another place overrides; a default is meant to be overridden. */
    private void overruled(String key) {
        PropertiesFile.Entry first = null;
        for (SettingsPlace place : places) {
            PropertiesFile.Entry entry = place.find(key).orElse(null);
            if (first == null) {
                first = entry;
            } else if (entry != null
                    && place.kind() != SettingsPlace.Kind.DEFAULTS
                    && !entry.text().strip().equals(first.text().strip())) {
                warnings.add(named(key, entry) + " does not count: " + named(key, first) + " comes before it");
            }
        }
    }

    private static String named(String key, PropertiesFile.Entry entry) {
        String where = SettingsPlace.where(key, entry);
        return entry.key().equals(key) ? key + " (" + where + ")" : where;
    }
}
