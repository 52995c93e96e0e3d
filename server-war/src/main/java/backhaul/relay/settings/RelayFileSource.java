package backhaul.relay.settings;

import backhaul.transport.PropertiesFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * {@code relay.properties} as a source of MicroProfile Config: it comes after the environment, and is not a system property,
 * so nothing else in the server sees it. The container makes one for each start of the application.
 */
public final class RelayFileSource implements ConfigSource {
    /** The environment has 300, the configuration inside an application 100. */
    private static final int ORDINAL = 200;

    private final List<String> problems = new ArrayList<>();
    private final SettingsPlace place;

    public RelayFileSource() {
        this(serverDirectory());
    }

    public RelayFileSource(Path server) {
        place = RelayFile.read(server, problems);
    }

    /** Liberty sets it; elsewhere it is the directory in which the process was started. */
    public static Path serverDirectory() {
        return Path.of(System.getProperty("server.config.dir", ""));
    }

    SettingsPlace place() {
        return place;
    }

    /** The parts that could not be read, and why; each a sentence. */
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
