package backhaul.agent;

import backhaul.pki.Credentials;
import backhaul.pki.CredentialsWatch;
import backhaul.pki.DistinguishedName;
import backhaul.pki.Pem;
import backhaul.pki.PemException;
import backhaul.pki.Revocations;
import backhaul.pki.TlsFailure;
import backhaul.transport.DurationText;
import backhaul.transport.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;

/**
 * The agent's configuration, validated.
 *
 * @param relays at least one, none twice
 * @param keyPassphraseFile null if the key is not encrypted
 * @param crl revocation lists; null for none
 * @param crlOutdated what to do when a list is out of date
 * @param state null for none
 * @param metricsFile null for none
 * @param catchUpRate messages a second; 0 is no limit
 * @param connectTimeout for one attempt: TCP, TLS and the relay's first line
 * @param silence of a relay that is to be reported; zero for never
 */
record AgentConfig(
        List<HostPort> relays,
        Path cert,
        Path key,
        Path keyPassphraseFile,
        Path ca,
        Path crl,
        Revocations.Outdated crlOutdated,
        Path state,
        Path metricsFile,
        Collector collector,
        long catchUpRate,
        Duration connectTimeout,
        Duration silence) {

    // Set by systemd (systemd.exec(5)): directories for the service, separated by colons.
    private static final String STATE_DIRECTORY = "STATE_DIRECTORY";
    private static final String RUNTIME_DIRECTORY = "RUNTIME_DIRECTORY";

    /** The metrics file's name where none is configured. */
    private static final String METRICS = "backhaul-agent.prom";

    /** Where the service of this name has it. */
    private static final Path SERVICE_METRICS = Path.of("/run/backhaul-agent", METRICS);

    /** The length that every syslog receiver must accept (RFC 5424 section 6.1). */
    private static final int MIN_MAX_MESSAGE = 480;

    private static final int MAX_CATCH_UP_RATE = 1_000_000;
    private static final Duration MIN_CONNECT_TIMEOUT = Duration.ofMillis(100);
    private static final Duration MAX_CONNECT_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration MIN_SILENCE = Duration.ofSeconds(1);
    private static final Duration MAX_SILENCE = Duration.ofHours(720);

    /**
     * Validates everything before it gives up, so that all mistakes are reported at once.
     *
     * @param flags each flag's values in order
     */
    static AgentConfig from(Map<Setting, List<String>> flags, Map<String, String> environment) throws ConfigException {
        List<String> problems = new ArrayList<>();
        return from(Settings.gather(flags, environment, problems), environment, problems);
    }

    /**
     * The same for an agent that hands nothing on. It takes the settings for connecting from wherever they are set, but
     * not the position and metrics of the agent that the environment and the file are meant for.
     */
    static AgentConfig forTail(Map<Setting, List<String>> flags, Map<String, String> environment)
            throws ConfigException {
        List<String> problems = new ArrayList<>();
        Settings settings = Settings.gather(flags, environment, problems);
        for (Setting setting : Setting.values()) {
            if (!setting.isForConnecting()) {
                settings.onlyFrom(flags, setting);
            }
        }
        return from(settings, Map.of(), problems);
    }

    private static AgentConfig from(Settings settings, Map<String, String> environment, List<String> problems)
            throws ConfigException {
        AgentConfig config = new AgentConfig(
                relays(settings, problems),
                file(settings, Setting.CERT, problems),
                file(settings, Setting.KEY, problems),
                file(settings, Setting.KEY_PASSPHRASE_FILE, problems),
                file(settings, Setting.CA, problems),
                file(settings, Setting.CRL, problems),
                crlOutdated(settings.get(Setting.CRL_OUTDATED), problems),
                written(settings.get(Setting.STATE), STATE_DIRECTORY, "position", environment, problems),
                written(settings.get(Setting.METRICS_FILE), RUNTIME_DIRECTORY, METRICS, environment, problems),
                collector(settings, problems),
                catchUpRate(settings.get(Setting.CATCH_UP_RATE), problems),
                duration(
                        settings.get(Setting.CONNECT_TIMEOUT),
                        MIN_CONNECT_TIMEOUT,
                        MAX_CONNECT_TIMEOUT,
                        "100ms..5m such as 10s",
                        problems),
                silence(settings.get(Setting.SILENCE), problems));
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return config;
    }

    /** Where a running agent with these settings writes its metrics; the other settings are not checked. */
    static Path metricsFile(Map<Setting, List<String>> flags, Map<String, String> environment) throws ConfigException {
        List<String> problems = new ArrayList<>();
        Settings.Value value = Settings.gather(flags, environment, problems).get(Setting.METRICS_FILE);
        Path file = written(value, RUNTIME_DIRECTORY, METRICS, environment, problems);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return file == null ? SERVICE_METRICS : file;
    }

    /** The certificate, its key, the authorities and the revocation lists, loaded, cross-checked and watched. */
    CredentialsWatch credentials() throws ConfigException {
        List<Path> files = Stream.of(cert, key, keyPassphraseFile, ca, crl)
                .filter(Objects::nonNull)
                .toList();
        try {
            return CredentialsWatch.open(files, this::load);
        } catch (IOException e) {
            throw new ConfigException(List.of(e.getMessage()));
        }
    }

    private Credentials load(Credentials former) throws IOException {
        try {
            Credentials credentials = Credentials.load(cert, key, passphrase(), ca, TlsFailure.Side.AGENT);
            Credentials next = crl == null ? credentials : withLists(credentials);
            if (former != null) {
                next.replace(former, cert);
            }
            return next;
        } catch (PemException e) {
            throw new IOException(explain(e), e);
        }
    }

    /** With the lists, including that of our own issuer: it issues the relays' certificates too. */
    private Credentials withLists(Credentials credentials) throws PemException {
        return credentials.with(
                crl, crlOutdated, DistinguishedName.of(credentials.certificate().getIssuerX500Principal()));
    }

    /** The fault of a file, with the option that helps. */
    String explain(PemException failure) {
        boolean locked = keyPassphraseFile == null && failure.getMessage().contains("passphrase");
        return failure.getMessage() + (locked ? " with " + Setting.KEY_PASSPHRASE_FILE.flag() + " FILE" : "");
    }

    /** The passphrase of the key; null if there is none. */
    char[] passphrase() throws PemException {
        return keyPassphraseFile == null ? null : Pem.passphrase(keyPassphraseFile);
    }

    private static List<HostPort> relays(Settings settings, List<String> problems) {
        Settings.Value value = settings.get(Setting.RELAY);
        if (value == null) {
            missing(Setting.RELAY, problems);
            return List.of();
        }
        List<HostPort> relays = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String text : value.text().split(",", -1)) {
            HostPort relay = hostPort(new Settings.Value(text.strip(), value.origin(), null), problems);
            if (relay == null) {
                continue;
            }
            relays.add(relay);
            if (!names.add(relay.certificateName().toLowerCase(Locale.ROOT) + " " + relay.port())) {
                problems.add(value.origin() + " names " + relay + " twice: every message would arrive twice");
            }
            if (!relay.isAddress() && !isNameForTls(relay)) {
                problems.add(value.origin() + " must be a name of letters, digits and hyphens with dots between, or an"
                        + " address, was " + relay
                        + ": TLS knows no other names, an underscore is not allowed; dial the"
                        + " relay by another name or its address, and have that in its certificate");
            }
        }
        return relays;
    }

    private static boolean isNameForTls(HostPort relay) {
        try {
            return !new SNIHostName(relay.certificateName()).getAsciiName().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Collector collector(Settings settings, List<String> problems) {
        int maxMessage = maxMessage(settings.get(Setting.COLLECTOR_MAX_MESSAGE), problems);
        Settings.Value value = settings.get(Setting.COLLECTOR);
        try {
            return Collector.parse(value.text()).withMaxMessage(maxMessage);
        } catch (IllegalArgumentException e) {
            problems.add(value.origin() + " " + e.getMessage());
            return null;
        }
    }

    private static int maxMessage(Settings.Value value, List<String> problems) {
        long octets = number(value);
        if (octets < MIN_MAX_MESSAGE || octets > Wire.MAX_DATAGRAM) {
            problems.add(value.origin() + " must be octets, " + MIN_MAX_MESSAGE + ".." + Wire.MAX_DATAGRAM + ", was "
                    + value.text());
        }
        return (int) octets;
    }

    /** -1 if it is not a number of at most seven digits. */
    private static long number(Settings.Value value) {
        boolean digits = value.text().matches("[0-9]{1,7}");
        return digits ? Long.parseLong(value.text()) : -1;
    }

    private static HostPort hostPort(Settings.Value value, List<String> problems) {
        if (value == null) {
            return null;
        }
        try {
            return HostPort.parse(value.text());
        } catch (IllegalArgumentException e) {
            problems.add(value.origin() + " " + e.getMessage());
            return null;
        }
    }

    private static Path file(Settings settings, Setting setting, List<String> problems) {
        Settings.Value value = settings.get(setting);
        if (value == null) {
            if (setting.required()) {
                missing(setting, problems);
            }
            return null;
        }
        try {
            Path path = FileName.parse(value.text(), value.base());
            if (!Files.exists(path)) {
                problems.add(value.origin() + " names a file that does not exist: " + path);
            } else if (Files.isDirectory(path)) {
                problems.add(value.origin() + " must be a file, but this is a directory: " + path);
            } else if (!Files.isReadable(path)) {
                problems.add(value.origin() + " names a file that this user may not read: " + path);
            }
            return path;
        } catch (IllegalArgumentException e) {
            problems.add(value.origin() + " " + e.getMessage());
            return null;
        }
    }

    private static Revocations.Outdated crlOutdated(Settings.Value value, List<String> problems) {
        for (Revocations.Outdated outdated : Revocations.Outdated.values()) {
            if (outdated.name().equalsIgnoreCase(value.text())) {
                return outdated;
            }
        }
        problems.add(value.origin() + " must be accept or refuse, was " + value.text());
        return null;
    }

    /** A file that is written to and need not exist yet; by default this {@code name} in systemd's directory. */
    private static Path written(
            Settings.Value value,
            String variable,
            String name,
            Map<String, String> environment,
            List<String> problems) {
        String directories = environment.getOrDefault(variable, "");
        Path path;
        String origin;
        try {
            if (value != null) {
                origin = value.origin();
                path = FileName.parse(value.text(), value.base());
            } else if (!directories.isBlank()) {
                origin = variable;
                path = FileName.parse(name, FileName.parse(directories.split(":")[0], null));
            } else {
                return null;
            }
        } catch (IllegalArgumentException e) {
            problems.add((value == null ? variable : value.origin()) + " " + e.getMessage());
            return null;
        }
        Path directory = path.toAbsolutePath().getParent();
        if (Files.isDirectory(path)) {
            problems.add(origin + " must be a file, but this is a directory: " + path);
        } else if (directory == null || !Files.isDirectory(directory)) {
            problems.add(origin + " names a file in a directory that does not exist: " + path);
        }
        return path;
    }

    private static long catchUpRate(Settings.Value value, List<String> problems) {
        long rate = number(value);
        if (rate >= 0 && rate <= MAX_CATCH_UP_RATE) {
            return rate;
        }
        problems.add(value.origin() + " must be messages a second, 0.." + MAX_CATCH_UP_RATE + " (0 is no limit), was "
                + value.text());
        return 0;
    }

    private static Duration silence(Settings.Value value, List<String> problems) {
        return value.text().equals("0")
                ? Duration.ZERO
                : duration(value, MIN_SILENCE, MAX_SILENCE, "1s..720h such as 1h, or 0 for never", problems);
    }

    private static Duration duration(
            Settings.Value value, Duration least, Duration most, String limits, List<String> problems) {
        try {
            Duration duration = DurationText.parse(value.text());
            if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
                return duration;
            }
        } catch (IllegalArgumentException e) {
            // reported below
        }
        problems.add(value.origin() + " must be a duration " + limits + ", was " + value.text());
        return null;
    }

    private static void missing(Setting setting, List<String> problems) {
        problems.add(setting.key() + " is not set: give " + setting.flag() + " " + setting.label() + ", "
                + setting.variable() + " or " + setting.key() + "= in the configuration file");
    }
}
