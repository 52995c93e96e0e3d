package backhaul.relay;

import jakarta.ejb.EJB;
import jakarta.enterprise.context.RequestScoped;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;

/**
 * The books as JSON: what was received, and for each agent what was sent, what waits and what was lost. For every agent
 * {@code next - first = sent + waiting + lost} while it rests.
 */
@Path("status")
@RequestScoped
public class StatusResource {
    @EJB
    private SyslogRelay relay;

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public JsonObject status() {
        JsonObjectBuilder answer = Json.createObjectBuilder();
        RunningRelay running = relay.running().orElse(null);
        if (running == null) {
            String problem = relay.problem();
            return answer.add("problem", problem == null ? "the relay is starting" : problem)
                    .build();
        }
        JsonArrayBuilder agents = Json.createArrayBuilder();
        running.connected().stream().filter(agent -> !agent.isEnding()).forEach(agent -> agents.add(agent(agent)));
        JsonArrayBuilder departed = Json.createArrayBuilder();
        running.departed().forEach(agent -> departed.add(departed(agent)));
        Instant now = Instant.now();
        Trust trust = running.trust();
        answer.add("certificate-days-left", trust.certificateDaysLeft(now))
                .add("ca-days-left", trust.authoritiesDaysLeft(now));
        trust.revocationsDaysLeft(now).ifPresent(days -> answer.add("crl-days-left", days));
        return answer.add("stream", running.stream())
                .add("received", running.received())
                .add("empty", running.empty())
                .add("dropped-by-kernel", running.dropped())
                .add("own-notices", running.noticed())
                .add("next", running.next())
                .add("oldest", running.oldest())
                .add("agents", agents)
                .add("departed", departed)
                .build();
    }

    private static JsonObjectBuilder agent(AgentConnection agent) {
        AgentQueue queue = agent.queue();
        Hello hello = agent.peer().hello();
        return Json.createObjectBuilder()
                .add("subject", agent.peer().subject())
                .add("address", agent.peer().address())
                .add("instance", hello == null ? "" : hello.instance())
                .add("framing", hello == null ? "lines" : "octet-counted")
                .add("since", agent.since().toString())
                .add("first", queue.first())
                .add("sent", queue.sent())
                .add("waiting", queue.depth())
                .add("lost", queue.lost());
    }

    private static JsonObjectBuilder departed(Departed agent) {
        return Json.createObjectBuilder()
                .add("subject", agent.subject())
                .add("address", agent.address())
                .add("at", agent.at().toString())
                .add("reason", agent.reason());
    }
}
