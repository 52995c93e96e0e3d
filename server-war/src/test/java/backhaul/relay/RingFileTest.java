package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RingFileTest {
    private static final int SIZE = 1 << 20;

    @TempDir
    private Path directory;

    private Path path;

    @BeforeEach
    void name() {
        path = directory.resolve("ring");
    }

    /** Appends messages {@code from .. to - 1} of those that {@link Messages} knows. */
    private static void append(Backlog backlog, long from, long to) {
        for (long number = from; number < to; number++) {
            backlog.append(Messages.message(number));
        }
    }

    /** Every byte that the ring holds is right. */
    private static void check(Backlog backlog) {
        Batch batch = new Batch();
        for (long number = backlog.oldest(); number < backlog.next(); number += batch.messages()) {
            assertThat(backlog.read(number, batch)).isTrue();
            Messages.check(batch, number);
            batch.delivered();
        }
    }

    /** A ring of an earlier run, as a kill would leave it, that has turned. */
    private String earlier(long messages) throws IOException {
        try (RingFile file = RingFile.open(path, SIZE)) {
            append(file.backlog(), 0, messages);
            return file.backlog().stream();
        }
    }

    @Test
    void theNextRunGoesOnWhereTheLastOneStopped() throws Exception {
        String stream = earlier(20_000);

        try (RingFile file = RingFile.open(path, SIZE)) {
            Backlog backlog = file.backlog();
            assertThat(backlog.stream()).isEqualTo(stream);
            assertThat(backlog.next()).isEqualTo(20_000);
            assertThat(backlog.oldest()).isBetween(15_000L, 19_999L);
            assertThat(file.isOdd()).isFalse();
            assertThat(file.origin()).matches("continues with [\\d,]+ messages of an earlier run");
            append(backlog, 20_000, 30_000);
            check(backlog);
        }
    }

    @Test
    void onlyItsOwnerReadsIt() throws Exception {
        earlier(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(directory).isDirectoryContaining("regex:.*ring$").satisfies(d -> {
            try (var files = Files.list(d)) {
                assertThat(files).hasSize(1);
            }
        });
    }

    @Test
    void booksBalanceOverRuns() throws Exception {
        try (RingFile file = RingFile.open(path, SIZE)) {
            append(file.backlog(), 0, 10);
            file.backlog().appendNotice(Messages.message(10));
            file.backlog().about().dropsReported(4711, 99);
        }
        try (RingFile file = RingFile.open(path, SIZE)) {
            file.backlog().appendNotice(Messages.message(11));
            RingHeader about = file.backlog().about();
            assertThat(about.count()).isEqualTo(new RingHeader.Count(12, 2));
            assertThat(about.count().received()).isEqualTo(10);
            assertThat(about.dropsReported(4711)).isEqualTo(99);
            assertThat(about.dropsReported(4712)).isZero();
        }
    }

    @Test
    void noticeThatAKillHasCutShortIsNotCounted() throws Exception {
        try (RingFile file = RingFile.open(path, SIZE)) {
            append(file.backlog(), 0, 10);
            file.backlog().about().appendingNotice(10);
            assertThat(file.backlog().about().count()).isEqualTo(new RingHeader.Count(10, 0));
        }
        try (RingFile file = RingFile.open(path, SIZE)) {
            assertThat(file.backlog().about().count()).isEqualTo(new RingHeader.Count(10, 0));
            file.backlog().about().appendingNotice(10);
            append(file.backlog(), 10, 11);
            assertThat(file.backlog().about().count()).isEqualTo(new RingHeader.Count(11, 1));
        }
        try (RingFile file = RingFile.open(path, SIZE)) {
            assertThat(file.backlog().about().count()).isEqualTo(new RingHeader.Count(11, 1));
        }
    }

    @Test
    void anotherSizeTakesOverWhatFits() throws Exception {
        String stream = earlier(20_000);
        for (int size : new int[] {3 << 20, 1 << 20, 2 << 20}) {
            try (RingFile file = RingFile.open(path, size)) {
                Backlog backlog = file.backlog();
                assertThat(backlog.size()).isEqualTo(size);
                assertThat(backlog.stream()).isEqualTo(stream);
                assertThat(backlog.next()).isEqualTo(20_000);
                assertThat(backlog.next() - backlog.oldest()).isGreaterThan(1_000);
                check(backlog);
                assertThat(file.isOdd()).isFalse();
            }
        }
    }

    @Test
    void aFileThatARunningRelayHasIsLeftAlone() throws Exception {
        try (RingFile file = RingFile.open(path, SIZE)) {
            append(file.backlog(), 0, 100);
            assertThatThrownBy(() -> RingFile.open(path, SIZE)).hasMessage("another relay that is running uses it");
            check(file.backlog());
        }
    }

    @Test
    void afterAnotherBootOnlyAClosedRingGoesOn() throws Exception {
        try (RingFile file = RingFile.open(path, SIZE)) {
            append(file.backlog(), 0, 100);
            file.closeCleanly();
        }
        otherBoot();
        try (RingFile file = RingFile.open(path, SIZE)) {
            assertThat(file.backlog().next()).isEqualTo(100);
        }
        otherBoot();
        try (RingFile file = RingFile.open(path, SIZE)) {
            assertThat(file.backlog().next()).isZero();
            assertThat(file.isOdd()).isTrue();
            assertThat(file.origin())
                    .contains("the machine was restarted while the relay ran", "the file is now " + path + ".unusable");
        }
    }

    /** As if the machine had been restarted since. */
    private void otherBoot() throws IOException {
        overwrite(48, new byte[16]);
    }

    private void overwrite(long at, byte[] octets) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(octets), at);
        }
    }

    @Test
    void whateverIsDamagedTheRelayStartsAndSaysSo() throws Exception {
        Random random = new Random(4711);
        long positions = RingHeader.OCTETS + SIZE / 64 * 8L;
        List<Long> places = new ArrayList<>();
        // Magic, size, positions, stream, since, checksum; next, oldest; notices.
        for (long at : new long[] {0, 8, 16, 24, 32, 40, RingHeader.NEXT, RingHeader.OLDEST, 384}) {
            places.add(at);
        }
        for (int i = 0; i < 20; i++) {
            places.add(RingHeader.OCTETS + 8L * random.nextInt(2_000)); // of 2,000 messages
        }
        for (long at : places) {
            Files.deleteIfExists(path);
            earlier(2_000);
            byte[] garbage = new byte[8];
            random.nextBytes(garbage);
            overwrite(at, garbage);
            expectNew("at " + at);
        }
        // An octet count: where the messages begin, the first is.
        Files.delete(path);
        earlier(2_000);
        overwrite(positions, new byte[] {'9'});
        expectNew("octet count");
    }

    private void expectNew(String what) throws IOException {
        try (RingFile file = RingFile.open(path, SIZE)) {
            assertThat(file.isOdd()).as(what).isTrue();
            assertThat(file.origin()).as(what).startsWith("is new, since the one that was there cannot be continued: ");
            append(file.backlog(), 0, 5_000);
            check(file.backlog());
        }
        try (RingFile file = RingFile.open(path, SIZE)) {
            assertThat(file.isOdd()).as(what).isFalse();
            assertThat(file.backlog().next()).as(what).isEqualTo(5_000);
        }
    }

    @Test
    void anyOtherFileIsMovedAway() throws Exception {
        for (long length :
                new long[] {0, 1, 511, 512, 100_000, RingSpace.octets(SIZE) - 1, RingSpace.octets(SIZE) + 1}) {
            Files.deleteIfExists(path);
            earlier(10);
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                file.setLength(length);
            }
            expectNew(length + " octets");
            assertThat(Files.size(Path.of(path + ".unusable"))).isEqualTo(length);
        }
    }

    @Test
    void aFileThatSomebodyCutsIsNoticed() throws Exception {
        try (RingFile file = RingFile.open(path, SIZE)) {
            append(file.backlog(), 0, 10);
            assertThat(file.isWhole()).isTrue();
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(4096);
            }
            assertThat(file.isWhole()).isFalse();
        }
    }

    @Test
    void aPlaceThatCannotBeUsedIsASentence() throws Exception {
        assertThatThrownBy(() -> RingFile.open(directory.resolve("nowhere/ring"), SIZE))
                .satisfies(e -> assertThat(RingSpace.reason((IOException) e)).isEqualTo("its folder does not exist"));
        assertThatThrownBy(() -> RingFile.open(directory, SIZE))
                .satisfies(e -> assertThat(RingSpace.reason((IOException) e)).isEqualTo("Is a directory"));
        Ring ring = Ring.open(java.util.Optional.of(directory), SIZE);
        append(ring.backlog(), 0, 10);
        check(ring.backlog());
        assertThat(ring.trouble())
                .isEqualTo("relay.backlog.file: " + directory + " cannot be used: Is a directory. The ring is kept in"
                        + " memory, so agents lose what waits for them when the relay stops");
    }

    /** A hundred times: another process appends as fast as it can and is killed, and the next one continues. */
    @Test
    void aHundredKillsLeaveEveryOctetRight() throws Exception {
        Random random = new Random(4711);
        long before = 0;
        String stream = earlier(0);
        for (int kill = 0; kill < 100; kill++) {
            Process appender = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Xshare:auto",
                            "-cp",
                            System.getProperty("java.class.path"),
                            RingAppender.class.getName(),
                            path.toString(),
                            String.valueOf(SIZE))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (var out = appender.getInputStream()) {
                assertThat(out.read()).as("it has begun").isEqualTo('b');
                // Between two looks it is killed at any instant: how long it ran is as random as the scheduler.
                for (int turns = random.nextInt(20_000); turns > 0; turns--) {
                    Thread.onSpinWait();
                }
            } finally {
                appender.destroyForcibly();
                assertThat(appender.waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
            try (RingFile file = RingFile.open(path, SIZE)) {
                Backlog backlog = file.backlog();
                assertThat(file.origin()).startsWith("continues with");
                assertThat(file.isOdd()).isFalse();
                assertThat(backlog.stream()).isEqualTo(stream);
                assertThat(backlog.next()).isGreaterThan(before);
                check(backlog);
                before = backlog.next();
            }
        }
    }
}
