package backhaul.relay.status;

import backhaul.pki.Expiry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What of a status an administrator should know without having to look for it, each a sentence. */
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
            serious("The receiver stands still and takes no message: the log says why");
        }
        if (status.concern() != null) {
            notable(status.concern());
        }
        status.shortcomings().forEach(this::notable);
    }

    private void agents() {
        if (status.agents().isEmpty() && status.problem() == null) {
            notable("No agent is connected: the ring keeps what comes"
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
                                + " % of the ring: what it does not take in time will be lost to it");
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
                    + ", since the ring had moved on: a larger relay.backlog.size bridges a longer outage");
        }
    }

    private void expiries() {
        for (Expiry expiry : status.identity().credentials().expiries(status.at())) {
            long days = expiry.daysLeft(status.at());
            // A concern says already what has ended.
            if (days < SOON && (days >= 0 || status.concern() == null && status.problem() == null)) {
                remark(days < VERY_SOON, expiry.sentence(status.at()));
            }
        }
    }
}
