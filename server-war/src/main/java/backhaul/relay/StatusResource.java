package backhaul.relay;

import backhaul.relay.status.StatusJson;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The relay's state as JSON for programs: {@link StatusJson} explains each key. */
@Path("status")
@RequestScoped
public class StatusResource {
    @Inject
    private SyslogRelay relay;

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public JsonObject status() {
        return relay.running()
                .map(running -> StatusJson.of(running.status()))
                .orElseGet(() -> StatusJson.of(relay.reason(), relay.events()));
    }
}
