package backhaul.relay.status;

import backhaul.pki.Expiry;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes a status as JSON. Times are in ISO 8601, UTC; a key that ends in {@code -seconds} is a duration, {@code -per-second}
 * a mean rate of messages; message numbers count from the making of the ring. A key without a value is left out. {@code
 * META-INF/openapi.yaml} describes the same to programs.
 *
 * <p>Always there:
 *
 * <ul>
 *   <li>{@code version} of the relay, {@code at} the time of this status.
 *   <li>{@code ready} whether agents can connect; {@code problem} why not, a sentence. For a relay that could not be
 *       started, these and {@code events} are all.
 *   <li>{@code events} the last lines of the relay's own log, the latest first: {@code at}, {@code level} ({@code INFO},
 *       {@code WARNING}, {@code ERROR}), {@code line}.
 * </ul>
 *
 * <p>For a running relay:
 *
 * <ul>
 *   <li>{@code certificate-days-left}, {@code ca-days-left}, {@code crl-days-left} until the first of our chain, of the CA
 *       file and of the lists expires.
 *   <li>{@code since} when this run began; {@code listening} where; {@code stream} random id of the stream, which belongs to
 *       the ring, and {@code stream-since} when that was made.
 *   <li>Of the stream, so across restarts if the ring is in a file: {@code received} from the host, {@code own-notices} of
 *       the relay.
 *   <li>Of this run: {@code empty} datagrams, {@code lost} over all agents. Of the socket, which systemd can hold across
 *       restarts: {@code dropped-by-kernel} before we could read them.
 *   <li>{@code next} number of the next message, which is {@code received + own-notices}; {@code oldest} number of the
 *       oldest message in the ring.
 *   <li>{@code agents} those connected: {@code subject} of the certificate, {@code address}, {@code instance} of the
 *       installation, {@code framing} ({@code octet-counted} or {@code lines}), {@code since}, {@code first} number of the
 *       message it began with, {@code sent}, {@code waiting}, {@code lost}: {@code next - first = sent + waiting + lost};
 *       {@code per-second} its recent rate, {@code waiting-octets} of the ring, {@code behind-seconds} the age of
 *       the message that it gets next, absent beyond a quarter of an hour.
 *   <li>{@code departed} disconnected agents, the latest last: {@code subject}, {@code address}, {@code at} the time,
 *       {@code reason}, {@code next} the message it would get next, {@code waiting} messages that the ring has for it,
 *       {@code lost} those that it no longer has, {@code left-seconds} until it begins to overwrite the waiting ones.
 *   <li>{@code remarks} for an administrator: {@code serious}, {@code sentence}. Empty if all is well.
 *   <li>{@code backlog} the ring: {@code size}, {@code used}, {@code written} and {@code waiting} (for the agent that is
 *       furthest behind) in bytes, {@code oldest-age-seconds}, {@code bridges-seconds} length of an outage that it
 *       bridges at the rate of the last minute.
 *   <li>{@code rate} of {@code received}: {@code per-second} over the last 10 s, {@code minute-per-second},
 *       {@code quarter-per-second}, and its course: {@code course-per-second} means over {@code step-seconds} each, the
 *       oldest first.
 *   <li>{@code connections}: {@code accepted} by TCP, {@code admitted} as agents, {@code handshakes} in progress,
 *       {@code refused} by reason.
 *   <li>{@code expiries} the dates: {@code what}, {@code end}, {@code days-left}.
 * </ul>
 */
public final class StatusJson {
    private StatusJson() {}

    /** For a relay that does not run, and why. */
    public static JsonObject of(String problem, List<Events.Event> events) {
        return begin(Instant.now(), problem)
                .add("events", array(events, StatusJson::event))
                .build();
    }

    public static JsonObject of(Status status) {
        JsonObjectBuilder answer = begin(status.at(), status.problem());
        certificates(answer, status);
        books(answer, status);
        List<Expiry> expiries = status.identity().credentials().expiries(status.at());
        return answer.add("agents", array(status.agents(), StatusJson::agent))
                .add("departed", array(status.departed(), StatusJson::gone))
                .add("remarks", array(status.remarks(), StatusJson::remark))
                .add("backlog", ring(status.ring()))
                .add("rate", rate(status.trend()))
                .add("connections", connections(status.admissions()))
                .add("expiries", array(expiries, expiry -> expiry(expiry, status.at())))
                .add("events", array(status.events(), StatusJson::event))
                .build();
    }

    private static JsonObjectBuilder begin(Instant at, String problem) {
        JsonObjectBuilder answer = Json.createObjectBuilder()
                .add("version", Version.TEXT)
                .add("at", at.toString())
                .add("ready", problem == null);
        return problem == null ? answer : answer.add("problem", problem);
    }

    private static void certificates(JsonObjectBuilder answer, Status status) {
        Status.Identity identity = status.identity();
        answer.add("certificate-days-left", identity.certificateDaysLeft())
                .add("ca-days-left", identity.authoritiesDaysLeft());
        identity.revocationsDaysLeft().ifPresent(days -> answer.add("crl-days-left", days));
    }

    private static void books(JsonObjectBuilder answer, Status status) {
        Status.Counts counts = status.counts();
        answer.add("stream", status.stream())
                .add("stream-since", status.streamSince().toString())
                .add("since", status.since().toString())
                .add("listening", status.listening())
                .add("received", counts.received())
                .add("empty", counts.empty())
                .add("dropped-by-kernel", counts.dropped())
                .add("own-notices", counts.notices())
                .add("lost", counts.lost())
                .add("next", counts.next())
                .add("oldest", counts.oldest());
    }

    private static JsonObjectBuilder agent(Status.Connected agent) {
        JsonObjectBuilder object = Json.createObjectBuilder()
                .add("subject", agent.subject())
                .add("address", agent.address())
                .add("instance", agent.instance())
                .add("framing", agent.framing())
                .add("since", agent.since().toString())
                .add("first", agent.first())
                .add("sent", agent.sent())
                .add("waiting", agent.waiting())
                .add("lost", agent.lost())
                .add("per-second", tenths(agent.rate()))
                .add("waiting-octets", agent.octets());
        seconds(object, "behind-seconds", agent.behind());
        return object;
    }

    private static JsonObjectBuilder gone(Status.Gone gone) {
        DisconnectedAgent agent = gone.agent();
        JsonObjectBuilder object = Json.createObjectBuilder()
                .add("subject", agent.subject())
                .add("address", agent.address())
                .add("at", agent.at().toString())
                .add("reason", agent.reason())
                .add("next", agent.next())
                .add("waiting", gone.waiting())
                .add("lost", gone.lost());
        seconds(object, "left-seconds", gone.left());
        return object;
    }

    private static JsonObjectBuilder ring(Status.Ring ring) {
        JsonObjectBuilder object = Json.createObjectBuilder()
                .add("size", ring.size())
                .add("used", ring.used())
                .add("written", ring.written())
                .add("waiting", ring.waiting());
        seconds(object, "oldest-age-seconds", ring.oldestAge());
        seconds(object, "bridges-seconds", ring.bridges());
        return object;
    }

    private static JsonObjectBuilder rate(Trend trend) {
        JsonArrayBuilder course = Json.createArrayBuilder();
        trend.course().forEach(point -> course.add(tenths(point.rate())));
        return Json.createObjectBuilder()
                .add("per-second", tenths(trend.perSecond(Sample::received, Trend.NOW)))
                .add("minute-per-second", tenths(trend.perSecond(Sample::received, Trend.MINUTE)))
                .add("quarter-per-second", tenths(trend.perSecond(Sample::received, Trend.SPAN)))
                .add("step-seconds", Trend.STEP.toSeconds())
                .add("course-per-second", course);
    }

    private static JsonObjectBuilder connections(ConnectionCounters.Count count) {
        JsonObjectBuilder refused = Json.createObjectBuilder();
        count.refused().forEach((why, times) -> refused.add(why.label().replace('_', '-'), times));
        return Json.createObjectBuilder()
                .add("accepted", count.accepted())
                .add("admitted", count.admitted())
                .add("handshakes", count.underway())
                .add("refused", refused);
    }

    private static JsonObjectBuilder expiry(Expiry expiry, Instant now) {
        return Json.createObjectBuilder()
                .add("what", expiry.what())
                .add("end", expiry.end().toString())
                .add("days-left", expiry.daysLeft(now));
    }

    private static JsonObjectBuilder remark(Status.Remark remark) {
        return Json.createObjectBuilder().add("serious", remark.serious()).add("sentence", remark.sentence());
    }

    private static JsonObjectBuilder event(Events.Event event) {
        return Json.createObjectBuilder()
                .add("at", event.at().toString())
                .add("level", event.level().name())
                .add("line", event.line());
    }

    private static <T> JsonArrayBuilder array(List<T> values, Function<T, JsonObjectBuilder> object) {
        JsonArrayBuilder array = Json.createArrayBuilder();
        values.forEach(value -> array.add(object.apply(value)));
        return array;
    }

    private static void seconds(JsonObjectBuilder object, String key, Optional<Duration> duration) {
        duration.ifPresent(time -> object.add(key, tenths(time.toMillis() / 1000.0)));
    }

    private static double tenths(double number) {
        return Math.round(number * 10) / 10.0;
    }
}
