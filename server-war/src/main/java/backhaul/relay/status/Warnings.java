package backhaul.relay.status;

import backhaul.pki.Expiry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds the facts of a status that an administrator should know without looking for them, each a sentence. */
final class Warnings {
    /** Percent of the ring. */
    static final int BEHIND = 50;

    static final int FAR_BEHIND = 90;

    /** Days. */
    static final int SOON = 30;

    static final int VERY_SOON = 3;

    private final Status status;
    private final List<Status.Remark> remarks = new ArrayList<>();

    private Warnings(Status status) {
        this.status = status;
    }

    /** The worst first. */
    static List<Status.Remark> of(Status status) {
        Warnings remarks = new Warnings(status);
        remarks.service();
        remarks.agents();
        remarks.losses();
        remarks.expiries();
        remarks.remarks.sort(Comparator.comparing(remark -> !remark.serious())); // stable
        return List.copyOf(remarks.remarks);
    }

    private void serious(String sentence) {
        remark(true, sentence);
    }

    private void notable(String sentence) {
        remark(false, sentence);
    }

    private void remark(boolean serious, String sentence) {
        remarks.add(new Status.Remark(serious, Text.capital(sentence)));
    }

    private void service() {
        if (status.problem() != null) {
            serious("No agent can connect: " + status.problem());
        }
        if (!status.receiving()) {
            serious("The receiver has stopped and takes no messages: see the log for the reason");
        }
        if (status.concern() != null) {
            notable(status.concern());
        }
        status.shortcomings().forEach(this::notable);
    }

    private void agents() {
        if (status.agents().isEmpty() && status.problem() == null) {
            notable("No agent is connected: the ring keeps new messages"
                    + status.ring()
                            .bridges()
                            .map(time -> " for " + Text.about(time) + " at the present rate, then the oldest is lost")
                            .orElse(" as long as it has room"));
        }
        for (Status.Connected agent : status.agents()) {
            int percent = status.ring().percent(agent.octets());
            if (percent >= BEHIND) {
                remark(
                        percent >= FAR_BEHIND,
                        agent.subject() + " " + agent.address() + " is behind by " + percent
                                + " % of the ring: it will lose the messages that it does not read in time");
            }
        }
    }

    private void losses() {
        long dropped = status.trend().growth(Sample::dropped);
        if (dropped > 0) {
            notable(Text.messages(dropped) + " dropped by the kernel in the last "
                    + Text.duration(Trend.SPAN) + ", before the relay could read them: a larger"
                    + " relay.udp.receive-buffer holds a longer burst");
        }
        long lost = status.trend().growth(Sample::lost);
        if (lost > 0) {
            notable(Text.messages(lost) + " lost to agents in the last " + Text.duration(Trend.SPAN)
                    + ", because the ring had overwritten them: a larger relay.backlog.size bridges a longer outage");
        }
    }

    private void expiries() {
        for (Expiry expiry : status.identity().credentials().expiries(status.at())) {
            long days = expiry.daysLeft(status.at());
            // A concern already reports what has expired.
            if (days < SOON && (days >= 0 || status.concern() == null && status.problem() == null)) {
                remark(days < VERY_SOON, expiry.sentence(status.at()));
            }
        }
    }
}
