package backhaul.relay.settings;

import backhaul.transport.PropertiesFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Reads the settings in a running server, by MicroProfile Config; {@link ServerSettings} finds the same without one. */
public final class LibertySettings {
    // The ordinals of MicroProfile Config and Liberty; an administrator can give a source another one.
    private static final int VARIABLES = 500;
    private static final int SYSTEM_PROPERTIES = 400;
    private static final int ENVIRONMENT = 300;
    private static final int DEFAULTS = 1;

    private LibertySettings() {}

    /**
     * Reads all of them, with names and values as written: the machine's language does not decide which one counts.
     *
     * @param sources the first counts
     * @param server the directory with server.xml
     */
    public static RelaySettings read(Iterable<ConfigSource> sources, Path server) {
        List<SettingsPlace> places = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (ConfigSource source : sources) {
            if (source instanceof RelayFileSource file) {
                places.add(file.place());
                problems.addAll(file.problems());
            } else {
                places.add(place(source));
            }
        }
        ServerSettings.readBootstrap(server, problems); // no source shows a duplicate key
        return new RelaySettings(places, problems);
    }

    /** A warning about a value that Liberty itself needs and cannot read there; null if it has the value. */
    public static String unknownToLiberty(RelaySettings settings, Iterable<ConfigSource> sources) {
        PropertiesFile.Entry port = settings.find(RelaySettings.HTTP_PORT);
        for (ConfigSource source : sources) {
            if (port != null
                    && source instanceof RelayFileSource file
                    && file.place().entries().containsValue(port)) {
                return "http.port (" + port.place()
                        + ") does not count: only backhaul-relay run passes it on to Liberty,"
                        + " without it set HTTP_PORT in the environment";
            }
        }
        return null;
    }

    private static SettingsPlace place(ConfigSource source) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : source.getPropertyNames()) {
            String value = source.getValue(name);
            if (value != null) {
                values.put(name, value);
            }
        }
        return switch (source.getOrdinal()) {
            case ENVIRONMENT -> SettingsPlace.environment(values);
            case VARIABLES -> SettingsPlace.of(SettingsPlace.Kind.SHARED, "a variable of server.xml", values);
            case SYSTEM_PROPERTIES ->
                SettingsPlace.of(
                        SettingsPlace.Kind.SHARED, "the system properties, of bootstrap.properties or -D", values);
            case DEFAULTS -> SettingsPlace.of(SettingsPlace.Kind.DEFAULTS, "the defaults of server.xml", values);
            default -> SettingsPlace.of(SettingsPlace.Kind.SHARED, source.getName(), values);
        };
    }
}
