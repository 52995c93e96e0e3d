package backhaul.relay;

import backhaul.relay.status.Status;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready: agents can connect and would accept our certificate; otherwise {@code problem} says why not. Changed
 * certificate files that cannot be used leave it ready, because the old ones are still in use: {@code
 * certificates-problem} reports that.
 */
@Readiness
@ApplicationScoped
public class ReadyCheck implements HealthCheck {
    @Inject
    private SyslogRelay relay;

    @Override
    public HealthCheckResponse call() {
        var answer = HealthCheckResponse.named("relay");
        Status status = relay.running().map(RunningRelay::status).orElse(null);
        if (status == null) {
            return answer.down().withData("problem", relay.reason()).build();
        }
        Status.Counts counts = status.counts();
        answer.withData("agents", status.agents().size())
                .withData("queue-fill-percent", status.ring().waitingPercent())
                .withData("received", counts.received())
                .withData("empty", counts.empty())
                .withData("dropped-by-kernel", counts.dropped())
                .withData("lost", counts.lost())
                .withData("listening", status.listening());
        certificates(answer, status);
        if (status.problem() != null) {
            answer.withData("problem", status.problem());
        }
        return answer.status(status.problem() == null).build();
    }

    private static void certificates(HealthCheckResponseBuilder answer, Status status) {
        Status.Identity identity = status.identity();
        answer.withData("certificate", identity.certificate())
                .withData("certificate-shows", identity.own())
                .withData("certificate-days-left", identity.certificateDaysLeft())
                .withData("ca", identity.authorities())
                .withData("ca-days-left", identity.authoritiesDaysLeft())
                .withData("agents-let-in", identity.agents())
                .withData("crl", identity.revocations());
        identity.revocationsDaysLeft().ifPresent(days -> answer.withData("crl-days-left", days));
        if (status.concern() != null) {
            answer.withData("certificates-problem", status.concern());
        }
    }
}
