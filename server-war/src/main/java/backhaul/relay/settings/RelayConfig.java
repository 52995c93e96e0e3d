package backhaul.relay.settings;

import backhaul.pki.DistinguishedName;
import backhaul.pki.Revocations.Outdated;
import backhaul.transport.DurationText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The relay's configuration, parsed once. Every key is in {@link #parse}, with its unit, limits and default.
 *
 * @param udp the address that the host's syslog daemon sends to
 * @param receiveBuffer bytes that the kernel is asked to hold for the UDP socket
 * @param tls the address that agents dial
 * @param sendBuffer bytes that the kernel is asked to hold for each agent; 0 leaves it to the kernel
 * @param certificate PEM: the relay's certificate, then its issuers up to the CA
 * @param key PEM: the key of the certificate
 * @param keyPassphraseFile the first line is the passphrase of the key
 * @param authorities PEM: the CA file; nothing else is trusted
 * @param issuer the CA that must have issued an agent's certificate; empty only if {@code relay.tls.issuer} is not set
 * @param revocations PEM: revocation lists of those authorities
 * @param outdated whether a certificate that is not on an outdated list is accepted
 * @param allowed the issuer's certificates that are let in; empty for all
 * @param backlogSize bytes of the ring
 * @param backlogFile the file of the ring, so that it outlives the process; empty for memory
 * @param heartbeat interval of {@code ALIVE}
 * @param handshakeTimeout from accepted to {@code HELLO}
 * @param writeTimeout how long an agent may read nothing while there is something for it
 * @param drainTimeout at stop, for messages that still wait in the queues
 * @param maxAgents connected at a time
 * @param maxHandshakes in progress at a time
 * @param maxPerAddress connections from one address at a time, handshakes and agents together
 * @param maxPerCertificate agents connected at a time with one certificate
 */
public record RelayConfig(
        InetSocketAddress udp,
        int receiveBuffer,
        InetSocketAddress tls,
        int sendBuffer,
        Path certificate,
        Path key,
        Optional<Path> keyPassphraseFile,
        Path authorities,
        DistinguishedName issuer,
        Optional<Path> revocations,
        Outdated outdated,
        Optional<AllowList> allowed,
        int backlogSize,
        Optional<Path> backlogFile,
        Duration heartbeat,
        Duration handshakeTimeout,
        Duration writeTimeout,
        Duration drainTimeout,
        int maxAgents,
        int maxHandshakes,
        int maxPerAddress,
        int maxPerCertificate) {

    /** The configuration is wrong: every problem is a sentence of its own. */
    public static final class Invalid extends Exception {
        private final transient List<String> problems;

        public Invalid(List<String> problems) {
            super(String.join("; ", problems));
            this.problems = List.copyOf(problems);
        }

        /** Each begins with its key. */
        List<String> problems() {
            return problems;
        }
    }

    /** All keys. */
    public static Set<String> keys() {
        Set<String> keys = new LinkedHashSet<>();
        try {
            parse(key -> {
                if (key.startsWith("relay.")) {
                    keys.add(key);
                }
                return Optional.empty();
            });
        } catch (Invalid e) {
            // Some have no default, but were requested like the others.
        }
        return keys;
    }

    /**
     * Reads all keys through {@code source}, which returns the raw text of a key if it is set.
     *
     * @throws Invalid naming every key that is wrong, its value, the limits and the fix
     */
    public static RelayConfig parse(Function<String, Optional<String>> source) throws Invalid {
        Parser p = new Parser(source);
        RelayConfig config = new RelayConfig(
                p.address("relay.udp.address", "127.0.0.1", "relay.udp.port"),
                (int) p.size("relay.udp.receive-buffer", "8MiB", 64 << 10, 1 << 30),
                p.address("relay.tls.address", "*", "relay.tls.port"),
                (int) p.size("relay.tls.send-buffer", "256KiB", 0, 64 << 20),
                p.requiredPath("relay.tls.cert", "the PEM file with the relay's certificate"),
                p.requiredPath("relay.tls.key", "the PEM file with the key of relay.tls.cert"),
                p.path("relay.tls.key-passphrase-file"),
                p.requiredPath("relay.tls.ca", "the PEM file with the certificates of your CA"),
                p.issuer("relay.tls.issuer"),
                p.path("relay.tls.crl"),
                p.outdated("relay.tls.crl-outdated", "accept"),
                p.allowed("relay.tls.allow"),
                (int) p.size("relay.backlog.size", "32MiB", 1 << 20, 1 << 30),
                p.backlogFile("relay.backlog.file"),
                p.duration("relay.heartbeat", "5s", Duration.ofMillis(100), Duration.ofHours(1)),
                p.duration("relay.handshake-timeout", "10s", Duration.ofMillis(100), Duration.ofMinutes(2)),
                p.duration("relay.write-timeout", "10s", Duration.ofMillis(100), Duration.ofHours(1)),
                p.duration("relay.drain-timeout", "1s", Duration.ZERO, Duration.ofMillis(1200)),
                (int) p.number("relay.max-agents", "64", 1, 10_000),
                (int) p.number("relay.max-handshakes", "64", 1, 10_000),
                (int) p.number("relay.max-per-address", "16", 1, 10_000),
                (int) p.number("relay.max-per-certificate", "8", 1, 10_000));
        if (!p.problems.isEmpty()) {
            throw new Invalid(p.problems);
        }
        return config;
    }

    /** The keys that name {@code file}; several if it has more than one purpose. */
    public String keysOf(Path file) {
        Map<String, Path> files = new LinkedHashMap<>();
        files.put("relay.tls.cert", certificate);
        files.put("relay.tls.key", key);
        files.put("relay.tls.key-passphrase-file", keyPassphraseFile.orElse(null));
        files.put("relay.tls.ca", authorities);
        files.put("relay.tls.crl", revocations.orElse(null));
        return files.entrySet().stream()
                .filter(named -> file.equals(named.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(" and "));
    }

    /** Collects problems instead of stopping at the first. Do not use the values that it returns after a problem. */
    private static final class Parser {
        private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%\\w+)?");
        private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*(|KiB|MiB|GiB)");

        private final Function<String, Optional<String>> source;
        final List<String> problems = new ArrayList<>();

        Parser(Function<String, Optional<String>> source) {
            this.source = source;
        }

        private Optional<String> text(String key) {
            return source.apply(key).map(String::strip).filter(value -> !value.isEmpty());
        }

        private void wrong(String key, String mustBe, String was) {
            problems.add(key + " must be " + mustBe + ", was " + was);
        }

        InetSocketAddress address(String key, String byDefault, String portKey) {
            int port = (int) number(portKey, "514", 0, 65_535);
            String host = text(key).orElse(byDefault);
            if (host.equals("*")) {
                return new InetSocketAddress(port);
            }
            try {
                // A name would need a lookup, at a time when no DNS server may be reachable yet.
                if (LITERAL.matcher(host).matches()) {
                    return new InetSocketAddress(InetAddress.getByName(host), port);
                }
            } catch (UnknownHostException e) {
                // Reported below.
            }
            wrong(key, "an IPv4 or IPv6 address of this machine, or * for all of them", host);
            return new InetSocketAddress(port);
        }

        long number(String key, String byDefault, long least, long most) {
            String value = text(key).orElse(byDefault);
            if (value.matches("\\d{1,9}")) {
                long number = Long.parseLong(value);
                if (number >= least && number <= most) {
                    return number;
                }
            }
            wrong(key, "a whole number " + least + ".." + most, value);
            return least;
        }

        long size(String key, String byDefault, long least, long most) {
            String value = text(key).orElse(byDefault);
            Matcher matcher = SIZE.matcher(value);
            if (matcher.matches()) {
                int shift = switch (matcher.group(2)) {
                    case "KiB" -> 10;
                    case "MiB" -> 20;
                    case "GiB" -> 30;
                    default -> 0;
                };
                long number = Long.parseLong(matcher.group(1));
                if (number <= most >> shift && number << shift >= least) {
                    return number << shift;
                }
            }
            wrong(key, inWords(least) + ".." + inWords(most), value);
            return least;
        }

        private static String inWords(long octets) {
            if (octets == 0) {
                return "0";
            }
            return octets % (1 << 30) == 0
                    ? (octets >> 30) + "GiB"
                    : octets % (1 << 20) == 0 ? (octets >> 20) + "MiB" : (octets >> 10) + "KiB";
        }

        Duration duration(String key, String byDefault, Duration least, Duration most) {
            String value = text(key).orElse(byDefault);
            try {
                Duration duration = DurationText.parse(value);
                if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
                    return duration;
                }
            } catch (IllegalArgumentException e) {
                // Reported below.
            }
            wrong(key, inWords(least) + ".." + inWords(most) + " (units ms, s, m, h)", value);
            return least;
        }

        private static String inWords(Duration duration) {
            long millis = duration.toMillis();
            return millis % 3_600_000 == 0 && millis > 0
                    ? millis / 3_600_000 + "h"
                    : millis % 60_000 == 0 && millis > 0
                            ? millis / 60_000 + "m"
                            : millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
        }

        Optional<Path> path(String key) {
            return text(key).map(value -> {
                try {
                    return Path.of(value);
                } catch (InvalidPathException e) {
                    problems.add(key + " has a character that file names cannot have in this process's language: set"
                            + " LC_ALL=C.UTF-8 in its environment, was " + value);
                    return null;
                }
            });
        }

        /** The default is in the folder that systemd keeps for the service over restarts, if there is one. */
        Optional<Path> backlogFile(String key) {
            if (text(key).isEmpty()) {
                return text("RUNTIME_DIRECTORY").map(folders -> Path.of(folders.split(":")[0], "ring"));
            }
            return path(key).filter(path -> !path.toString().equals("none"));
        }

        Path requiredPath(String key, String what) {
            return path(key).orElseGet(() -> {
                if (text(key).isEmpty()) {
                    problems.add(key + " is not set: give it " + what);
                }
                return null;
            });
        }

        Outdated outdated(String key, String byDefault) {
            String value = text(key).orElse(byDefault);
            if (!value.equals("accept") && !value.equals("refuse")) {
                wrong(key, "accept or refuse", value);
            }
            return value.equals("accept") ? Outdated.ACCEPT : Outdated.REFUSE;
        }

        Optional<AllowList> allowed(String key) {
            return text(key).map(value -> {
                try {
                    return AllowList.parse(value);
                } catch (IllegalArgumentException e) {
                    problems.add(key + " " + e.getMessage());
                    return null;
                }
            });
        }

        /** If it is missing, that is reported with the names to choose from, once the CA file was read. */
        DistinguishedName issuer(String key) {
            return text(key)
                    .map(value -> {
                        try {
                            return DistinguishedName.parse(value);
                        } catch (IllegalArgumentException e) {
                            wrong(
                                    key,
                                    "a distinguished name such as /C=US/O=Example/CN=Example Issuing CA",
                                    value + " (" + e.getMessage() + ")");
                            return null;
                        }
                    })
                    .orElse(null);
        }
    }
}
