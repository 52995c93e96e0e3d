package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DropWatchTest {
    private static final InetSocketAddress RECEIVER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 514);

    @TempDir
    private Path directory;

    private final List<String> notices = new ArrayList<>();
    private final RingHeader ring = Backlog.inMemory(1 << 20).about();

    private DropWatch watch(long now) {
        return new DropWatch(
                directory,
                RECEIVER,
                ring,
                (notice, appended) -> {
                    notices.add(notice);
                    appended.run();
                },
                now);
    }

    /** The table with our socket, and another on every address of which {@code 127.0.0.1} is one. */
    private void table(int drops) throws Exception {
        Files.writeString(directory.resolve("udp"), row("00000000", 7_000) + row("0100007F", drops));
    }

    private static String row(String local, int drops) {
        return "  123: %s:0202 00000000:0000 07 00000000:00000300 00:00000000 00000000     0        0 4711 2 0000 %d\n"
                .formatted(local, drops);
    }

    @Test
    void movedCounterIsSaidOnceInTenSeconds() throws Exception {
        Assumptions.assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "words of the tables are reversed");
        long start = 12_345;
        DropWatch watch = watch(start);
        for (int second = 0; second <= 25; second++) {
            table(second * 2);
            watch.sweep(start + TimeUnit.SECONDS.toNanos(second), second);
        }

        assertThat(notices).hasSize(3);
        assertThat(notices.get(0)).startsWith("2 messages lost before the relay could read them");
        assertThat(notices.get(1)).startsWith("20 messages lost");
        assertThat(notices.get(2)).startsWith("20 messages lost");
        assertThat(watch.dropped()).isEqualTo(50);
    }

    @Test
    void whatWasDroppedDuringADowntimeIsReportedOnce() throws Exception {
        Assumptions.assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "words of the tables are reversed");
        table(10);
        watch(0).sweep(0, 0);
        table(25);
        watch(0).sweep(0, 0);
        watch(0).sweep(0, 0);

        assertThat(notices).hasSize(2);
        assertThat(notices.get(0)).startsWith("10 messages lost");
        assertThat(notices.get(1)).startsWith("15 messages lost");
    }

    @Test
    void whatIsNotInTheRingYetIsReportedByTheNextRun() throws Exception {
        Assumptions.assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "words of the tables are reversed");
        table(10);
        new DropWatch(directory, RECEIVER, ring, (notice, appended) -> {}, 0).sweep(0, 0);
        watch(0).sweep(0, 0);

        assertThat(notices).singleElement().asString().startsWith("10 messages lost");
    }

    @Test
    void anotherSocketHasACounterOfItsOwn() throws Exception {
        Assumptions.assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "words of the tables are reversed");
        table(10);
        watch(0).sweep(0, 0);
        Files.writeString(directory.resolve("udp"), row("0100007F", 3).replace(" 4711 ", " 4712 "));
        watch(0).sweep(0, 0);

        assertThat(notices).hasSize(2);
        assertThat(notices.get(1)).startsWith("3 messages lost");
    }

    @Test
    void whatWasDroppedLastIsReportedAtTheEnd() throws Exception {
        Assumptions.assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "words of the tables are reversed");
        DropWatch watch = watch(0);
        table(1);
        watch.sweep(0, 0);
        table(7_037);
        watch.finish();

        assertThat(notices).hasSize(2);
        assertThat(notices.get(1)).startsWith("7036 messages lost");
    }

    @Test
    void whileNothingIsReceivedTheTablesAreReadEveryTenSeconds() throws Exception {
        Assumptions.assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "words of the tables are reversed");
        DropWatch watch = watch(0);
        table(0);
        watch.sweep(0, 5);
        table(3);
        watch.sweep(TimeUnit.SECONDS.toNanos(9), 5);
        assertThat(watch.dropped()).isZero();
        watch.sweep(TimeUnit.SECONDS.toNanos(10), 5);
        assertThat(watch.dropped()).isEqualTo(3);
        table(4);
        watch.sweep(TimeUnit.SECONDS.toNanos(11), 6);
        assertThat(watch.dropped()).as("a full buffer drops, and is then read").isEqualTo(4);
    }

    @Test
    void aReportThatHasToWaitDoesNotWaitForMoreMessages() throws Exception {
        Assumptions.assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "words of the tables are reversed");
        DropWatch watch = watch(0);
        table(1);
        watch.sweep(0, 5);
        table(2);
        watch.sweep(TimeUnit.SECONDS.toNanos(5), 6);
        watch.sweep(TimeUnit.SECONDS.toNanos(10), 6);
        assertThat(notices).hasSize(2);
    }

    @Test
    void kernelThatDoesNotTellIsNoError() {
        DropWatch watch = watch(0);
        watch.sweep(0, 0);
        assertThat(watch.dropped()).isZero();
        assertThat(notices).isEmpty();
    }
}
