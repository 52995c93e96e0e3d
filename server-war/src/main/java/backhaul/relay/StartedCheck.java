package backhaul.relay;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Started: both sockets are bound. */
@Startup
@ApplicationScoped
public class StartedCheck implements HealthCheck {
    @Inject
    private SyslogRelay relay;

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("relay")
                .status(relay.running().isPresent())
                .build();
    }
}
