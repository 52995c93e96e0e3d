package backhaul.relay;

import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready: agents can connect and would accept our certificate; otherwise {@code problem} says why not. Changed certificate
 * files that are no good leave it ready, since the old ones do their work: {@code certificates-problem} says so.
 */
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
            return answer.down().withData("problem", relay.reason()).build();
        }
        answer.withData("agents", running.agents())
                .withData("queue-fill-percent", running.queueFillPercent())
                .withData("received", running.received())
                .withData("empty", running.empty())
                .withData("dropped-by-kernel", running.dropped())
                .withData("lost", running.lost())
                .withData("listening", running.listening());
        certificates(answer, running);
        String problem = running.problem();
        if (problem != null) {
            answer.withData("problem", problem);
        }
        return answer.status(problem == null).build();
    }

    private static void certificates(HealthCheckResponseBuilder answer, RunningRelay running) {
        Instant now = Instant.now();
        Trust trust = running.trust();
        answer.withData("certificate", running.certificate())
                .withData("certificate-shows", trust.own())
                .withData("certificate-days-left", trust.certificateDaysLeft(now))
                .withData("ca", trust.authorities())
                .withData("ca-days-left", trust.authoritiesDaysLeft(now))
                .withData("agents-let-in", trust.agents())
                .withData("crl", trust.revocations(now));
        trust.revocationsDaysLeft(now).ifPresent(days -> answer.withData("crl-days-left", days));
        String concern = running.concern();
        if (concern != null) {
            answer.withData("certificates-problem", concern);
        }
    }
}
