package backhaul.relay;

import backhaul.relay.status.RelayMetrics;
import backhaul.transport.PrometheusText;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;

/**
 * The relay's state as metrics for Prometheus.
 *
 * <p>It does not use MicroProfile Metrics: mpMetrics-5.1 takes 40 MB and a second at start, makes LTPA keys, and logs
 * an error because there is no key store. In a server that has it anyway, {@code /metrics} belongs to the server, and
 * an application at the root is never asked. At another context root, such as {@code /backhaul}, both answer, this one
 * at {@code /backhaul/metrics}.
 */
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
