package backhaul.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpiryWatchTest {
    private static final Instant END = Instant.parse("2027-03-01T12:00:00Z");
    private static final Expiry CERTIFICATE = new Expiry("the certificate of CN=relay", END, "renew it");

    private final ExpiryWatch watch = new ExpiryWatch();

    private List<String> look(Duration before) {
        return watch.due(List.of(CERTIFICATE), END.minus(before));
    }

    @Test
    void eachStepIsSaidOnce() {
        List<String> said = new ArrayList<>();
        for (long hours = 40 * 24; hours >= -48; hours--) {
            said.addAll(look(Duration.ofHours(hours)));
        }
        assertThat(said)
                .containsExactly(
                        "the certificate of CN=relay expires in 30 days, on 2027-03-01: renew it",
                        "the certificate of CN=relay expires in 14 days, on 2027-03-01: renew it",
                        "the certificate of CN=relay expires in 7 days, on 2027-03-01: renew it",
                        "the certificate of CN=relay expires in 3 days, on 2027-03-01: renew it",
                        "the certificate of CN=relay expires in 1 day, on 2027-03-01: renew it",
                        "the certificate of CN=relay has expired, on 2027-03-01: renew it");
    }

    @Test
    void aFirstLookSaysOnlyWhereItStands() {
        assertThat(look(Duration.ofDays(5))).hasSize(1);
        assertThat(look(Duration.ofDays(5))).isEmpty();
    }

    @Test
    void whatWasRenewedIsSaidAnewWhenItsTimeComes() {
        assertThat(look(Duration.ofDays(5))).hasSize(1);
        Expiry renewed = new Expiry(CERTIFICATE.what(), END.plus(Duration.ofDays(365)), CERTIFICATE.remedy());
        assertThat(watch.due(List.of(renewed), END)).isEmpty();
        assertThat(watch.due(List.of(renewed), renewed.end().minus(Duration.ofDays(10))))
                .hasSize(1);
    }

    @Test
    void aClockThatJumpsBackSaysNothingTwice() {
        assertThat(look(Duration.ofDays(2))).hasSize(1);
        assertThat(look(Duration.ofDays(20))).isEmpty();
        assertThat(look(Duration.ofDays(2))).isEmpty();
        assertThat(look(Duration.ofHours(2))).hasSize(1);
    }

    @Test
    void theSameCredentialsAreLookedThroughWhenAStepIsReached(@TempDir Path directory) throws Exception {
        TestCa ca = TestCa.create(directory);
        Credentials own = load(ca, "one");
        Credentials renewed = load(ca, "two");
        Instant due = own.expires().minus(Duration.ofDays(30));
        assertThat(watch.due(own, due.minusSeconds(2))).isEmpty();
        assertThat(watch.due(own, due.minusSeconds(1))).isEmpty();
        assertThat(watch.due(own, due)).hasSize(1);
        assertThat(watch.due(own, due.plusSeconds(1))).isEmpty();
        assertThat(watch.due(renewed, due.plusSeconds(2))).as("they are others").hasSize(1);
        assertThat(watch.due(renewed, due.minusSeconds(9)))
                .as("the clock was set back")
                .isEmpty();
        assertThat(watch.due(renewed, own.expires().plusSeconds(9))).hasSize(1);
    }

    private static Credentials load(TestCa ca, String name) throws Exception {
        TestCa.Issued files = ca.agent(name).issue();
        return Credentials.load(files.certificate(), files.key(), null, ca.caFile());
    }
}
