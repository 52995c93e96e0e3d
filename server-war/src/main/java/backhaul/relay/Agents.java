package backhaul.relay;

import backhaul.relay.status.ConnectionCounters;
import backhaul.relay.status.DisconnectedAgent;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Keeps the connected agents. Connections come and go on their own threads; the receiver only reads a snapshot, without
 * a lock.
 */
final class Agents {
    private static final int MOST_DEPARTED = 64;

    /** Number of names whose sums outlive their connections. */
    private static final int MOST_SUMS = 1024;

    /** Messages sent and lost over connections that have ended. */
    record Sum(long sent, long lost) {
        Sum plus(Sum more) {
            return new Sum(sent + more.sent, lost + more.lost);
        }
    }

    /**
     * All agents at one moment: a connection is either among {@code connected} or in {@code former}.
     *
     * @param connected includes those that are just ending
     * @param departed the latest last
     * @param former sums by subject
     */
    record Roll(List<AgentConnection> connected, List<DisconnectedAgent> departed, Map<String, Sum> former) {}

    private final int most;
    private final int room;
    private final int mostPerCertificate;
    private final CopyOnWriteArrayList<AgentConnection> connected = new CopyOnWriteArrayList<>();
    private volatile AgentQueue[] queues = {}; // replaced under this, read by the receiver
    private boolean closed; // guarded by this
    private long lostByFormer; // guarded by this
    private final Map<String, Sum> former =
            new LinkedHashMap<>(); // by subject, longest unchanged first; guarded by this
    private final Map<String, DisconnectedAgent> departed =
            new LinkedHashMap<>(); // by identity, oldest first; guarded by this

    /**
     * Allows {@code most} agents at a time, as far as there is {@code room}, and only so many with the same
     * certificate.
     */
    Agents(int most, int room, int mostPerCertificate) {
        this.most = most;
        this.room = room;
        this.mostPerCertificate = mostPerCertificate;
    }

    /**
     * Adds an agent. Returns empty if there was room, else the reason. From now on the receiver wakes this agent's
     * writer. If the same agent still has a connection, that one is usually dead and nobody has noticed: it is ended
     * and makes room.
     */
    synchronized Optional<ConnectionCounters.Refusal> add(AgentConnection agent) {
        if (closed) {
            return Optional.of(ConnectionCounters.Refusal.MAX_AGENTS);
        }
        connected.stream()
                .filter(older -> !older.isEnding() && older.peer().isSameAgent(agent.peer()))
                .forEach(older -> older.supersede(agent));
        if (count(agent::hasSameCertificate) >= mostPerCertificate) {
            return Optional.of(ConnectionCounters.Refusal.MAX_PER_CERTIFICATE);
        }
        if (count() >= most) {
            return Optional.of(ConnectionCounters.Refusal.MAX_AGENTS);
        }
        if (count() >= room) {
            return Optional.of(ConnectionCounters.Refusal.HEAP);
        }
        connected.add(agent);
        departed.remove(agent.peer().identity());
        queues = connected.stream().map(AgentConnection::queue).toArray(AgentQueue[]::new);
        return Optional.empty();
    }

    /** Lets nobody in any more; returns the agents that are connected. */
    synchronized List<AgentConnection> close() {
        closed = true;
        return connected();
    }

    synchronized void remove(AgentConnection agent) {
        if (connected.remove(agent)) {
            lostByFormer += agent.queue().lost();
            addUp(agent);
            remember(agent);
            queues = connected.stream().map(AgentConnection::queue).toArray(AgentQueue[]::new);
        }
    }

    private void addUp(AgentConnection agent) {
        String subject = agent.peer().subject();
        Sum sum = new Sum(agent.queue().sent(), agent.queue().lost());
        Sum before = former.remove(subject);
        former.put(subject, before == null ? sum : before.plus(sum));
        if (former.size() > MOST_SUMS) {
            former.remove(former.keySet().iterator().next());
        }
    }

    /** Line clients have no identity and are forgotten; so is an agent that has connected again meanwhile. */
    private void remember(AgentConnection agent) {
        if (agent.peer().identity() == null
                || connected.stream().anyMatch(other -> other.peer().isSameAgent(agent.peer()))) {
            return;
        }
        departed.remove(agent.peer().identity());
        departed.put(agent.peer().identity(), agent.departed());
        if (departed.size() > MOST_DEPARTED) {
            forgetOne();
        }
    }

    /** Forgets the oldest of the name that has the most: a name with ever new instances pushes out its own. */
    private void forgetOne() {
        Map<String, Long> counts = departed.values().stream()
                .collect(Collectors.groupingBy(DisconnectedAgent::subject, Collectors.counting()));
        long mostOfOne = Collections.max(counts.values());
        departed.values().stream()
                .filter(agent -> counts.get(agent.subject()) == mostOfOne)
                .findFirst()
                .ifPresent(departed.values()::remove);
    }

    /** All agents, and a bounded number of those that were connected before. */
    synchronized Roll roll() {
        return new Roll(connected(), List.copyOf(departed.values()), Map.copyOf(former));
    }

    /** Wakes the writers that sleep. Runs on the receiver, after a full fence. */
    void wakeWaiting() {
        for (AgentQueue queue : queues) {
            if (queue.isWaiting()) {
                queue.wake();
            }
        }
    }

    /** All of them, including those that are just ending. */
    List<AgentConnection> connected() {
        return List.copyOf(connected);
    }

    /** Is one of them just ending? */
    boolean isAnyEnding() {
        for (AgentConnection agent : connected) {
            if (agent.isEnding()) {
                return true;
            }
        }
        return false;
    }

    /** How many are served, not counting those that are just ending. */
    int count() {
        return count(any -> true);
    }

    private int count(Predicate<AgentConnection> which) {
        return (int) connected.stream()
                .filter(agent -> !agent.isEnding())
                .filter(which)
                .count();
    }

    /** Messages that some agent did not get because the ring had moved on, over all agents since the start. */
    synchronized long lost() {
        long lost = lostByFormer;
        for (AgentQueue queue : queues) {
            lost += queue.lost();
        }
        return lost;
    }
}
