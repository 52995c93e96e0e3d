package backhaul.relay;

import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready: agents can connect and would accept our certificate; otherwise {@code problem} says why not. */
@Readiness
@ApplicationScoped
public class ReadyCheck implements HealthCheck {
    @EJB
    private SyslogRelay relay;

    @Override
    public HealthCheckResponse call() {
        var answer = HealthCheckResponse.named("relay");
        RunningRelay running = relay.running().orElse(null);
        if (running == null) {
            String problem = relay.problem();
            return answer.down()
                    .withData("problem", problem == null ? "the relay is starting" : problem)
                    .build();
        }
        answer.withData("agents", running.agents())
                .withData("queue-fill-percent", running.queueFillPercent())
                .withData("received", running.received())
                .withData("empty", running.empty())
                .withData("dropped-by-kernel", running.dropped())
                .withData("lost", running.lost())
                .withData("certificate-days-left", running.certificateDaysLeft());
        String problem = running.problem();
        if (problem != null) {
            answer.withData("problem", problem);
        }
        return answer.status(problem == null).build();
    }
}
