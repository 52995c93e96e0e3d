package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Work on an executor: never twice at once, and whatever it throws is reported. */
class SingleTaskTest {
    private final Queue<Runnable> submitted = new ArrayDeque<>();
    private final List<Throwable> failures = new ArrayList<>();
    private int runs;

    private final SingleTask task = new SingleTask(submitted::add, () -> runs++, failures::add);

    @Test
    void workThatIsUnderWayIsNotHandedOverAgain() {
        task.submit();
        task.submit();
        assertThat(submitted).hasSize(1);
        submitted.remove().run();
        assertThat(runs).isEqualTo(1);
        task.submit();
        submitted.remove().run();
        assertThat(runs).isEqualTo(2);
    }

    @Test
    void whateverItThrowsIsReportedAndItGoesOn() {
        Error failure = new NoClassDefFoundError("of an archive that was replaced");
        SingleTask broken = new SingleTask(
                submitted::add,
                () -> {
                    throw failure;
                },
                failures::add);
        broken.submit();
        submitted.remove().run();
        assertThat(failures).containsExactly(failure);
        broken.submit();
        assertThat(submitted).hasSize(1);
    }

    @Test
    void anExecutorThatRefusesItIsReportedAndAskedAgain() {
        RejectedExecutionException refusal = new RejectedExecutionException("the application is stopping");
        int[] asked = {0};
        SingleTask refused = new SingleTask(
                work -> {
                    asked[0]++;
                    throw refusal;
                },
                () -> runs++,
                failures::add);
        refused.submit();
        refused.submit();
        assertThat(asked[0]).isEqualTo(2);
        assertThat(failures).containsExactly(refusal, refusal);
        assertThat(runs).isZero();
    }
}
