package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the tests of units rely on. */
@Tag("faults")
class ThrowawayDebianIT {
    private static final String SERVICE = "here.service";

    private static String groups(ThrowawayDebian debian) {
        return debian.sh("ls /sys/fs/cgroup/system.slice");
    }

    /**
     * With the same control groups, a service cannot start when the other systemd is just removing the group of one with the
     * same name.
     */
    @Test
    void eachHasControlGroupsOfItsOwn() {
        try (ThrowawayDebian one = ThrowawayDebian.boot("one");
                ThrowawayDebian other = ThrowawayDebian.boot("other")) {
            one.sh("systemd-run --quiet --unit=" + SERVICE + " sleep infinity");
            assertThat(groups(one)).contains(SERVICE);
            assertThat(groups(other)).isNotEmpty().doesNotContain(SERVICE);
        }
    }
}
