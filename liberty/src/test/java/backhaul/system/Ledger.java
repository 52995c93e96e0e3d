package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Records the numbered messages of a stream that came home: its holes, its repetitions, and the notices of agent and
 * relay, whose numbers are compared with the holes. Any thread.
 */
final class Ledger implements Consumer<byte[]> {
    private static final Pattern NOTICE =
            Pattern.compile("^<\\d+>1 \\S+ \\S+ backhaul-(?:agent|relay) \\d+ (\\S+) - (.*)$");
    private static final Pattern LOST = Pattern.compile("^(\\d+) messages? lost");
    private static final Pattern NUMBER = Pattern.compile(" - message (\\d+) x+$");

    /**
     * Numbers that did not come.
     *
     * @param at the first of them
     * @param missing how many
     * @param announced how many the notices named that came since the message before
     */
    record Hole(int at, long missing, long announced) {}

    private final String stream;
    private int next; // guarded by this; the highest number so far, plus 1
    private long count; // guarded by this
    private long repeated; // guarded by this; messages that came before, or after a later one
    private long pending; // guarded by this; announced since the last new message
    private final List<Hole> holes = new ArrayList<>(); // guarded by this
    private final List<String> notices = new ArrayList<>(); // guarded by this; MSGID and text
    private String foreign = "none"; // guarded by this; the first message that is neither

    /** Expects {@link Messages#numbered} of this stream, from number 0. */
    Ledger(String stream) {
        this.stream = stream;
    }

    @Override
    public synchronized void accept(byte[] octets) {
        String message = new String(octets, StandardCharsets.UTF_8);
        Matcher notice = NOTICE.matcher(message);
        if (notice.find()) {
            notices.add(notice.group(1) + " " + notice.group(2));
            Matcher lost = LOST.matcher(notice.group(2));
            if (lost.find()) {
                pending += Long.parseLong(lost.group(1));
            }
            return;
        }
        Matcher number = NUMBER.matcher(message);
        if (!number.find() || !message.equals(Messages.numbered(stream, Integer.parseInt(number.group(1))))) {
            foreign = foreign.equals("none") ? message : foreign;
            return;
        }
        count++;
        int came = Integer.parseInt(number.group(1));
        if (came < next) {
            repeated++;
            return;
        }
        if (came > next || pending > 0) {
            holes.add(new Hole(next, came - next, pending));
        }
        pending = 0;
        next = came + 1;
    }

    /** The number that is expected next. */
    synchronized int next() {
        return next;
    }

    synchronized long count() {
        return count;
    }

    synchronized long repeated() {
        return repeated;
    }

    synchronized List<Hole> holes() {
        return List.copyOf(holes);
    }

    /** Notices so far, each its MSGID and its text. */
    synchronized List<String> notices() {
        return List.copyOf(notices);
    }

    /** Notices with this MSGID. */
    List<String> notices(String id) {
        return notices().stream().filter(notice -> notice.startsWith(id + " ")).toList();
    }

    /** Waits until message {@code number}, or a later one, is there. */
    void await(int number, Duration limit) {
        try {
            Wait.until("message " + number, limit, () -> next() > number);
        } catch (RuntimeException e) {
            throw new AssertionError(e.getMessage() + ": " + this, e);
        }
    }

    /** Waits for the messages 0 to {@code total}; none may be missing and none may have come twice. */
    void expectAll(int total, Duration limit) {
        await(total - 1, limit);
        assertThat(holes()).as("holes; %s", this).isEmpty();
        assertThat(repeated()).as("repeated; %s", this).isZero();
        assertThat(next()).as("the end; %s", this).isEqualTo(total);
        expectNothingForeign();
    }

    synchronized void expectNothingForeign() {
        assertThat(foreign).as("something else").isEqualTo("none");
    }

    @Override
    public synchronized String toString() {
        return count + " messages, next " + next + ", repeated " + repeated + ", holes " + holes + ", notices "
                + notices.subList(Math.max(0, notices.size() - 12), notices.size());
    }
}
