package backhaul.relay.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WarningsTest {
    @Test
    void ofACalmRelayThereIsNothingToSay() {
        assertThat(StatusSamples.calm().remarks()).isEmpty();
    }

    @Test
    void whoLagsAndWhatWasDroppedIsSaid() {
        assertThat(StatusSamples.busy().remarks())
                .containsExactly(
                        new Status.Remark(
                                false,
                                "CN=laptop,O=Example,ST=FL,C=US [2001:db8:7:1::5]:41204 is behind by 59 % of the ring:"
                                        + " it will lose the messages that it does not read in time"),
                        new Status.Remark(
                                false,
                                "1,204 messages dropped by the kernel in the last 15 min, before the relay could read"
                                        + " them: a larger relay.udp.receive-buffer holds a longer burst"));
    }

    @Test
    void theWorstComesFirst() {
        assertThat(StatusSamples.hostile().remarks())
                .extracting(Status.Remark::serious)
                .containsExactly(true, true, false);
        assertThat(StatusSamples.hostile().remarks().get(0).sentence()).startsWith("No agent can connect: ");
    }

    @Test
    void withoutAnAgentItSaysHowLongTheRingLasts() {
        assertThat(StatusSamples.with(StatusSamples.calm(), List.of()).remarks())
                .containsExactly(new Status.Remark(
                        false,
                        "No agent is connected: the ring keeps new messages for about 2 min at the present rate, then"
                                + " the oldest is lost"));
    }
}
