package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
    /** Somebody else who changes the position makes messages disappear; who has the lock keeps the agent from starting. */
    @Test
    void nobodyElseMayReadOrChangeItsFilesWhateverTheUmask(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("position");
        try (StateFile state = new StateFile(file)) {
            assertThat(state.lock()).isTrue();
            state.write(new StateFile.Content("a", Map.of("relay:514", new Position.Mark("ring", 7))));
        }
        for (Path one : new Path[] {file, directory.resolve("position.lock")}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(one)))
                    .as("%s", one)
                    .isEqualTo("rw-------");
        }
    }
}
