package backhaul.agent;

import backhaul.pki.Expiry;
import backhaul.transport.DurationText;
import backhaul.transport.OwnMessage;
import backhaul.transport.Printable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** {@code backhaul-agent status}: shows the metrics file of a running agent in words. */
final class AgentStatus {
    static final int CONNECTED = 0;
    static final int NOT_CONNECTED = 1;

    /** A file this old is no longer written. */
    private static final Duration STALE = MetricsFile.INTERVAL.multipliedBy(3);

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private final Path file;
    private final PrintStream out;
    private final Instant now;
    private List<MetricsSample> samples = List.of();

    AgentStatus(Path file, PrintStream out, Instant now) {
        this.file = file;
        this.out = out;
        this.now = now;
    }

    /** Shows everything; returns the exit status. */
    int run() {
        Duration age;
        try {
            age = Duration.between(Files.getLastModifiedTime(file).toInstant(), now);
            samples = MetricsSample.parse(Files.readString(file));
        } catch (NoSuchFileException e) {
            out.println("There is no file " + file + ": no agent is running that writes it ("
                    + Setting.METRICS_FILE.flag() + ").");
            return NOT_CONNECTED;
        } catch (IOException e) {
            out.println("The file " + file + " cannot be read (" + e + ").");
            return NOT_CONNECTED;
        }
        boolean stale = age.compareTo(STALE) > 0;
        if (stale) {
            out.println("The agent is not running, or cannot write " + file + ": this was " + ago(age) + ".");
        }
        boolean connected = !stale && !named("connected").isEmpty();
        for (MetricsSample start : named("start_timestamp_seconds")) {
            out.println("Agent started " + time(start) + (stale ? "" : ", as of " + ago(age)));
        }
        for (MetricsSample relay : named("connected")) {
            relay(relay.labels().getOrDefault("relay", ""));
            connected &= relay.value() == 1;
        }
        named("certificate_expiry_timestamp_seconds").forEach(end -> expiry(end, "subject", "Certificate of "));
        named("crl_expiry_timestamp_seconds").forEach(end -> expiry(end, "list", ""));
        return connected ? CONNECTED : NOT_CONNECTED;
    }

    private void relay(String relay) {
        out.println("Relay " + Printable.of(relay));
        List<MetricsSample> since = of(relay, "connected_since_timestamp_seconds");
        if (since.isEmpty()) {
            out.println("  not connected");
        } else {
            Duration lived = Duration.between(at(since.get(0)), now);
            out.println("  connected since " + time(since.get(0)) + " (" + DurationText.show(lived) + ")");
        }
        if (sum(relay, "collector_away") > 0) {
            out.println("  the collector takes no messages");
        }
        long behind = sum(relay, "catch_up_messages");
        if (behind > 0) {
            out.println("  " + OwnMessage.messages(behind) + " to catch up");
        }
        out.println("  received " + OwnMessage.messages(sum(relay, "received_messages_total")) + ", "
                + sum(relay, "received_bytes_total") + " octets; handed to the collector "
                + sum(relay, "delivered_messages_total") + ", " + sum(relay, "repeated_messages_total") + " repeated");
        out.println("  lost " + sum(relay, "lost_messages_total") + " at the relay, "
                + sum(relay, "dropped_messages_total") + " at home");
        out.println("  connections: " + sum(relay, "connections_total") + " accepted, " + sum(relay, "outages_total")
                + " broke, " + sum(relay, "failed_attempts_total") + " attempts failed");
    }

    private void expiry(MetricsSample end, String label, String before) {
        Instant at = at(end);
        String what = before + Printable.of(end.labels().getOrDefault(label, "?"));
        out.println(Character.toUpperCase(what.charAt(0))
                + what.substring(1)
                + (now.isBefore(at) ? ": until " : ": expired ")
                + LocalDate.ofInstant(at, ZoneOffset.UTC)
                + (now.isBefore(at) ? ", " + Expiry.days(now, at) + " days left" : ""));
    }

    private List<MetricsSample> named(String name) {
        return samples.stream().filter(sample -> sample.name().equals(name)).toList();
    }

    private List<MetricsSample> of(String relay, String name) {
        return named(name).stream()
                .filter(sample -> relay.equals(sample.labels().get("relay")))
                .toList();
    }

    /** The sum over all reasons. */
    private long sum(String relay, String name) {
        return of(relay, name).stream()
                .mapToLong(sample -> (long) sample.value())
                .sum();
    }

    private static String ago(Duration age) {
        return DurationText.show(age) + " ago";
    }

    private static Instant at(MetricsSample timestamp) {
        return Instant.ofEpochMilli(Math.round(timestamp.value() * 1000));
    }

    private static String time(MetricsSample timestamp) {
        return TIME.format(at(timestamp).atZone(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS));
    }
}
