package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;

import backhaul.agent.Position.Mark;
import backhaul.transport.Wire;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PositionTest {
    private final Position position = new Position(null);

    @Test
    void thereIsNoneBeforeTheFirstStream() {
        assertThat(position.mark()).isNull();
        assertThat(position.safe()).isNull();
    }

    @Test
    void aSavedOneIsGoneOnFrom() {
        assertThat(new Position(new Mark("a", 5)).mark()).isEqualTo(new Mark("a", 5));
    }

    @Test
    void messagesAndGapsMoveIt() {
        position.begin(new Mark("a", 7));
        position.handed(1, 0);
        position.handed(1, 0);
        position.skip(1);
        position.handed(128, 0);
        position.handed(0, 0);
        assertThat(position.mark()).isEqualTo(new Mark("a", 138)).isEqualTo(position.safe());
    }

    @Test
    void theSavedOneStaysBeforeWhatWasRefused() {
        position.begin(new Mark("a", 7));
        position.handed(1, 0);
        position.handed(128, 0);
        position.hold(1);
        assertThat(position.safe()).isEqualTo(new Mark("a", 8));
        assertThat(position.mark()).isEqualTo(new Mark("a", 136));
        position.hold(2);
        assertThat(position.safe()).isEqualTo(new Mark("a", 7));
        position.hold(0);
        assertThat(position.safe()).isEqualTo(new Mark("a", 136));
    }

    @Test
    void whatIsNotOnItsWayIsNeverSaved() {
        position.begin(new Mark("a", 7));
        position.handed(1, 1);
        assertThat(position.safe()).isEqualTo(new Mark("a", 7));
        position.handed(1, 2);
        assertThat(position.safe()).isEqualTo(new Mark("a", 7));
        position.handed(1, 1);
        assertThat(position.safe()).isEqualTo(new Mark("a", 9));
        assertThat(position.mark()).isEqualTo(new Mark("a", 10));
    }

    @Test
    void aGapBehindWhatIsHeldIsNotSavedBeforeIt() {
        position.begin(new Mark("a", 7));
        position.handed(1, 1);
        position.skip(1); // whoever saves it now must not save what is not on its way
        assertThat(position.safe()).isEqualTo(new Mark("a", 7));
        assertThat(position.mark()).isEqualTo(new Mark("a", 9));
        position.hold(1);
        assertThat(position.safe()).isEqualTo(new Mark("a", 7));
        position.hold(0);
        assertThat(position.safe()).isEqualTo(new Mark("a", 9));
    }

    @Test
    void whatWasHandedOverBeforeAReconnectionMayStillBeHeld() {
        position.begin(new Mark("a", 7));
        position.handed(1, 0);
        position.handed(1, 0);
        position.begin(new Mark("a", 9));
        position.hold(2);
        assertThat(position.safe()).isEqualTo(new Mark("a", 7));
    }

    @Test
    void itRemembersAsManyAsASenderCanHold() {
        position.begin(new Mark("a", 7));
        for (int i = 0; i < ResendBuffer.MOST + 1024; i++) {
            position.handed(1, 0);
        }
        position.hold(ResendBuffer.MOST + 1024);
        assertThat(position.safe()).isEqualTo(new Mark("a", 7));
    }

    @Test
    void noSumIsMoreThanTheContractAndTheStateFileTake() {
        position.begin(new Mark("a", Wire.MAX_NUMBER - 1));
        position.handed(1, 0);
        position.handed(1, 0);
        assertThat(position.mark()).isEqualTo(new Mark("a", Wire.MAX_NUMBER)).isEqualTo(position.safe());
        position.skip(Wire.MAX_NUMBER);
        position.handed(Wire.MAX_NUMBER, 0);
        assertThat(position.mark()).isEqualTo(new Mark("a", Wire.MAX_NUMBER)).isEqualTo(position.safe());
    }

    @Test
    void whatWasRefusedInAnEarlierStreamMovesNothingBack() {
        position.begin(new Mark("a", 7));
        position.handed(1, 0);
        position.begin(new Mark("b", 0));
        position.hold(1);
        assertThat(position.safe()).isEqualTo(new Mark("b", 0));
    }

    @Test
    void aPauseTellsOfEachMoveOnce() {
        AtomicInteger told = new AtomicInteger();
        Position position = new Position(null, 0, told::incrementAndGet);
        position.pause();
        assertThat(told).as("there is none to save").hasValue(0);
        position.begin(new Mark("a", 7));
        position.pause();
        position.pause();
        assertThat(told).hasValue(1);
        position.handed(1, 1);
        position.pause();
        assertThat(told).as("the message is not on its way").hasValue(1);
        position.hold(0);
        position.pause();
        assertThat(told).hasValue(2);
        position.begin(new Mark("b", 8));
        position.pause();
        assertThat(told).as("the same number of another stream").hasValue(3);
    }
}
