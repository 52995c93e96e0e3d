package backhaul.relay;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Live: the receiver and the acceptor have each completed a turn of their loop in the last seconds. A relay that waits
 * for a port or a file is live; a restart would not help it.
 */
@Liveness
@ApplicationScoped
public class LiveCheck implements HealthCheck {
    @Inject
    private SyslogRelay relay;

    @Override
    public HealthCheckResponse call() {
        Optional<RelayWatch> watch = relay.running().map(RunningRelay::watch);
        boolean receiving = watch.map(RelayWatch::isReceiving).orElse(true);
        boolean accepting = watch.map(RelayWatch::isAccepting).orElse(true);
        return HealthCheckResponse.named("relay")
                .status(receiving && accepting)
                .withData("receiving", receiving)
                .withData("accepting", accepting)
                .build();
    }
}
