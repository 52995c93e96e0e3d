package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Classes that {@code backhaul-relay prepare} has saved. They are made first; then each is damaged in its own way. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class QuickStartIT {
    private static final String FROM_ARCHIVE = "shared objects file (top)";

    private static final RelayServer RELAY = RelayServer.named("quick-relay").byCommand();
    private static final Path WORKAREA = RELAY.serverDirectory().resolve("workarea");
    private static final Path CLASSES = WORKAREA.resolve("classes.jsa");
    private static final Path STAMP = WORKAREA.resolve("classes.jsa.stamp");

    private static Command prepare() {
        return Command.run(
                RELAY.serverDirectory(),
                RELAY.environment(),
                List.of(Build.launcher().toString(), "prepare"));
    }

    /** Starts it, and says which classes came from where. */
    private static String loaded() {
        Path log = RELAY.serverDirectory().resolve("classes.log");
        RELAY.with("jvm.args", "-Xlog:class+load:file=" + log + " -XX:TieredStopAtLevel=1");
        try (RelayServer relay = RELAY.up()) {
            assertThat(relay.log()).doesNotContain("[cds", "[aot", "[warning]", "[error]");
            relay.stop();
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(long size, long position, String text) throws IOException {
        CLASSES.toFile().setWritable(true);
        try (FileChannel file = FileChannel.open(CLASSES, StandardOpenOption.WRITE)) {
            file.truncate(size);
            file.write(ByteBuffer.wrap(Messages.octets(text)), position);
        }
    }

    @Test
    @Order(1)
    void theClassesOfARunningRelayAreSavedBesideIt() throws IOException {
        try (RelayServer relay = RELAY.up()) {
            prepare().expect(0);
            assertThat(relay.health().isUp()).isTrue();
            assertThat(relay.process().isAlive()).isTrue();
            relay.stop();
        }
        assertThat(CLASSES).isNotEmptyFile();
        try (Stream<Path> files = Files.list(WORKAREA)) {
            assertThat(files).doesNotContain(WORKAREA.resolve("prepare"));
        }
    }

    @Test
    @Order(2)
    void theNextStartTakesThem() {
        assertThat(loaded().lines())
                .anyMatch(line -> line.contains(" backhaul.relay.SyslogRelay ") && line.contains(FROM_ARCHIVE))
                .anyMatch(line -> line.contains(" com.ibm.ws.kernel.launch.") && line.contains(FROM_ARCHIVE));
    }

    @Test
    @Order(3)
    void theyAreMadeOnce() throws IOException {
        Object made = Files.getLastModifiedTime(CLASSES);
        assertThat(prepare().expect(0).output()).isEmpty();
        assertThat((Object) Files.getLastModifiedTime(CLASSES)).isEqualTo(made);
    }

    @Test
    @Order(4)
    void thoseOfAnotherVersionAreNotTaken() throws IOException {
        String stamp = Files.readString(STAMP);
        Files.writeString(STAMP, stamp.replace("SNAPSHOT", "OTHER").replaceFirst(" \\d+", " 1"));
        assertThat(loaded()).doesNotContain(FROM_ARCHIVE);
        Files.writeString(STAMP, stamp);
    }

    @Test
    @Order(5)
    void damagedOnesAreNotTaken() throws IOException {
        long size = Files.size(CLASSES);
        write(size, size / 2, "damaged");
        assertThat(loaded()).doesNotContain(FROM_ARCHIVE);
    }

    @Test
    @Order(6)
    void cutOnesAreNotTaken() throws IOException {
        write(Files.size(CLASSES) / 3, 0, "");
        assertThat(loaded()).doesNotContain(FROM_ARCHIVE);
    }

    @Test
    @Order(7)
    void whatCannotBeReadIsNotTaken() throws IOException {
        Files.delete(CLASSES);
        Files.createDirectory(CLASSES);
        assertThat(loaded()).doesNotContain(FROM_ARCHIVE);
        Files.delete(CLASSES);
    }

    @Test
    @Order(8)
    void andAreMadeAgain() {
        prepare().expect(0);
        assertThat(loaded()).contains(FROM_ARCHIVE);
    }

    /** Java itself refuses them, and the relay starts as quietly. */
    @Test
    @Order(9)
    void javaSaysNothingAboutThoseOfAnotherJava() throws IOException {
        CLASSES.toFile().setWritable(true);
        Files.writeString(CLASSES, "no classes");
        String stamp = Files.readString(STAMP);
        String sum = Command.run("sh", "-c", "cksum <" + CLASSES).expect(0).output();
        Files.writeString(STAMP, stamp.replaceFirst("\\d+ \\d+\\s*$", sum.strip() + "\n"));
        assertThat(loaded()).doesNotContain(FROM_ARCHIVE);
    }

    /** Saved without the relay's own part of a start, they would stay so. */
    @Test
    @Order(10)
    void aRelayThatDoesNotStartSavesNone() {
        RelayServer relay = RelayServer.named("quick-bare-relay").with("relay.tls.cert", "/nonexistent");
        Command prepare = Command.run(
                relay.serverDirectory(),
                relay.environment(),
                List.of(Build.launcher().toString(), "prepare"));
        assertThat(prepare.expect(1).output()).contains("the relay does not start, see backhaul-relay check");
        Path workarea = relay.serverDirectory().resolve("workarea");
        assertThat(workarea.resolve("classes.jsa")).doesNotExist();
        assertThat(workarea.resolve("prepare")).doesNotExist();
    }
}
