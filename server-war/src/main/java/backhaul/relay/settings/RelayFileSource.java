package backhaul.relay.settings;

import backhaul.transport.PropertiesFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * {@code relay.properties} as a source of MicroProfile Config: it comes after the environment, and is no system property,
 * so nothing else in the server sees it. Made by the container, once for each start of the application.
 */
public final class RelayFileSource implements ConfigSource {
    /** The environment has 300, what an application brings along itself 100. */
    private static final int ORDINAL = 200;

    private final List<String> problems = new ArrayList<>();
    private final SettingsPlace place;

    public RelayFileSource() {
        this(serverDirectory());
    }

    public RelayFileSource(Path server) {
        place = RelayFile.read(server, problems);
    }

    /** Liberty sets it; elsewhere it is where the process was started. */
    public static Path serverDirectory() {
        return Path.of(System.getProperty("server.config.dir", ""));
    }

    SettingsPlace place() {
        return place;
    }

    /** Why some of it could not be read; each a sentence. */
    List<String> problems() {
        return problems;
    }

    @Override
    public int getOrdinal() {
        return ORDINAL;
    }

    @Override
    public Set<String> getPropertyNames() {
        return place.entries().keySet();
    }

    @Override
    public String getValue(String key) {
        PropertiesFile.Entry entry = place.entries().get(key);
        return entry == null ? null : entry.text();
    }

    @Override
    public String getName() {
        return "relay.properties";
    }
}
