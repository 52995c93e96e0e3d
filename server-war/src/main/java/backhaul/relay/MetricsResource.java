package backhaul.relay;

import backhaul.relay.status.RelayMetrics;
import backhaul.transport.PrometheusText;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;

/** How it stands with the relay, as metrics for Prometheus. */
@Path("metrics")
@RequestScoped
public class MetricsResource {
    @Inject
    private SyslogRelay relay;

    @GET
    @Produces(PrometheusText.CONTENT_TYPE)
    public String metrics() {
        return relay.running().map(running -> RelayMetrics.of(running.status())).orElseGet(RelayMetrics::ofNone);
    }
}
