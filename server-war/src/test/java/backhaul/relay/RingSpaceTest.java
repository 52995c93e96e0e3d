package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RingSpaceTest {
    private static final int SIZE = 1 << 20;
    private static final long RESERVE = 8 << 20;

    @Test
    void aRingNeedsItsSizeAnEighthOfItForPositionsAndTheHeader() {
        assertThat(RingSpace.octets(SIZE)).isEqualTo(SIZE + SIZE / 8 + RingHeader.OCTETS);
        assertThat(Backlog.inMemory(SIZE).size()).isEqualTo(SIZE);
        assertThatThrownBy(() -> RingSpace.octets(100)).hasMessage("backlog of at least 131026 octets, was 100");
    }

    @Test
    void eightMebibytesStayFreeBesideIt() {
        assertThat(RingSpace.tooLittle(SIZE, SIZE + RESERVE)).isNull();
        assertThat(RingSpace.tooLittle(SIZE, SIZE + RESERVE - 1)).isNotNull();
        assertThat(RingSpace.tooLittle(SIZE, RESERVE / 2))
                .isEqualTo("it needs 1 MiB, and its file system has 4 MiB free, of which 8 MiB must stay free: make"
                        + " relay.backlog.size smaller, or choose another place");
    }
}
