package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import java.lang.reflect.Proxy;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;

class SyslogRelayTest {
    /** An application that fails to start is a server without an explanation. */
    @Test
    void whateverTheStartThrowsIsTheReasonAndNothingIsThrown() {
        SyslogRelay relay = new SyslogRelay();
        relay.tasks = idle(ManagedExecutorService.class);
        relay.loops = (ManagedThreadFactory) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ManagedThreadFactory.class},
                (proxy, method, arguments) -> new Thread((Runnable) arguments[0]));
        relay.source = (Config) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Config.class}, (proxy, method, arguments) -> {
                    throw new IllegalStateException("no sources today");
                });
        relay.start();
        assertThat(relay.running()).isEmpty();
        assertThat(relay.reason()).isEqualTo("a fault of the relay: java.lang.IllegalStateException: no sources today");
        relay.stop();
        assertThat(relay.running()).isEmpty();
    }

    @Test
    void aStartThatCannotEvenBePreparedIsToldAsWell() {
        SyslogRelay relay = new SyslogRelay();
        relay.start();
        assertThat(relay.reason()).startsWith("a fault of the relay: java.lang.NullPointerException");
        relay.stop();
    }

    /** An executor that runs nothing. */
    private static <T> T idle(Class<T> executor) {
        return executor.cast(Proxy.newProxyInstance(
                executor.getClassLoader(), new Class<?>[] {executor}, (proxy, method, arguments) -> null));
    }
}
