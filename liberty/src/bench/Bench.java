import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures what brings messages home: the same load for all, in one run, one after another and several times round.
 * Started by {@code liberty/bench}, which builds and passes what is needed as system properties.
 */
final class Bench {
    private static final int[] SIZES = {64, 1024, 8192};
    private static final int[] LATENCY_RATES = {1_000, 10_000, 50_000};
    private static final int CPU_RATE = 100_000;
    private static final int QUIET = 120; // s from the last load to the measurement of the idle ones
    private static final int IDLE = 60; // s
    private static final int CROWD = 1_000;
    private static final int CROWD_RATE = 10; // to each of them
    private static final int DEAF = 100;

    private final Load load;
    private final Report report;
    private final Map<String, Double> known = new HashMap<>(); // highest rates so far, by contender and size
    private final boolean quick;

    private Bench(Load load, boolean quick) {
        this.load = load;
        this.quick = quick;
        this.report = new Report(String.format(
                "Before its rates and latencies were measured, each program had %d s of load; %d s in the parts below with"
                        + " several receiving ends, and before it was idle. A rate is without loss over %d s. A latency is of"
                        + " %d s at 1,000/s, and of %d s at 10,000 and 50,000/s.",
                warmUpSeconds(), shortWarmUp(), rateSeconds(), latencySeconds(1_000), latencySeconds(10_000)));
    }

    public static void main(String[] words) throws Exception {
        Path work = Path.of(property("bench.work"));
        boolean quick = Boolean.getBoolean("bench.quick");
        int rounds = Integer.getInteger("bench.rounds", quick ? 1 : 3);
        List<String> only = Arrays.asList(property("bench.only").split(","));
        List<String> parts = Arrays.asList(property("bench.parts").split(","));
        Certificates certificates = new Certificates(Path.of(property("bench.ca")), work.resolve("ca"));
        List<Contender> contenders = new ArrayList<>();
        for (Contender contender : all(work, certificates)) {
            if (only.contains("all") || only.stream().anyMatch(contender.name::startsWith)) {
                contenders.add(contender);
            }
        }
        List<Contender> relaying = new ArrayList<>(contenders);
        relaying.removeIf(Contender.Bare.class::isInstance);
        Bench bench = new Bench(new Load(Path.of(property("bench.load"))), quick);
        for (Contender contender : contenders) {
            bench.report.version(contender.name, contender.version());
        }
        long begun = System.nanoTime();
        for (Contender contender : relaying) {
            bench.starts(contender, parts.contains("start"));
        }
        boolean single = List.of("latency", "cpu", "rate", "sizes").stream().anyMatch(parts::contains);
        for (int round = 0; single && round < rounds; round++) {
            for (Contender contender : contenders) {
                say("round %d of %d: %s", round + 1, rounds, contender.name);
                bench.measure(contender, parts, round);
            }
            Collections.rotate(contenders, 1);
        }
        if (parts.contains("idle")) {
            bench.idle(relaying);
        }
        for (Contender contender : relaying) {
            if (parts.contains("agents") && contender.severalEnds()) {
                bench.manyAgents(contender);
            }
            if (parts.contains("stalled") && contender.severalEnds()) {
                bench.stalled(contender);
            }
            if (parts.contains("crowd") && contender instanceof Contender.Backhaul backhaul) {
                bench.crowd(backhaul);
            }
        }
        String text = bench.report.markdown(rounds, (System.nanoTime() - begun) / 1_000_000_000L);
        Files.writeString(Path.of(property("bench.report")), text);
        System.out.println(text);
    }

    private static String property(String name) {
        return System.getProperty(name);
    }

    static void say(String format, Object... arguments) {
        System.err.printf("%tT " + format + "%n", prepend(new java.util.Date(), arguments));
    }

    private static Object[] prepend(Object first, Object[] rest) {
        Object[] all = new Object[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    private static List<Contender> all(Path work, Certificates certificates) {
        List<Contender> all = new ArrayList<>();
        all.add(new Contender.Bare());
        if (Boolean.getBoolean("bench.rsyslog")) {
            all.add(new Contender.Rsyslog(work.resolve("rsyslog"), certificates));
        }
        if (Boolean.getBoolean("bench.syslog-ng")) {
            all.add(new Contender.SyslogNg(work.resolve("syslog-ng"), certificates));
        }
        if (Boolean.getBoolean("bench.lua")) {
            all.add(new Contender.Lua(work.resolve("lua"), certificates, Path.of(property("bench.scripts"))));
        }
        for (String java : property("bench.javas").split(",")) {
            String version = java.substring(0, java.indexOf('='));
            String name = "Backhaul, Java " + version;
            Path home = Path.of(java.substring(java.indexOf('=') + 1));
            Path ring = Path.of(property("bench.ring") + "-" + version);
            all.add(backhaul(name, work, certificates, version, home, ring));
            if (Boolean.getBoolean("bench.memory")) {
                all.add(backhaul(name + ", ring in memory", work, certificates, version, home, null));
            }
        }
        return all;
    }

    private static Contender backhaul(
            String name, Path work, Certificates certificates, String version, Path java, Path ring) {
        Path directory = work.resolve(name.replaceAll("\\W+", "-"));
        Path relay = work.resolve("backhaul-" + version);
        Path agent = Path.of(property("bench.agent"));
        return new Contender.Backhaul(name, directory, certificates, java, relay, agent, ring);
    }

    /** A port that was free a moment ago, of either protocol. */
    static int freePort() throws IOException {
        while (true) {
            try (ServerSocket tcp = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    DatagramSocket udp = new DatagramSocket(tcp.getLocalPort(), InetAddress.getLoopbackAddress())) {
                return udp.getLocalPort();
            } catch (java.net.BindException e) {
                // Taken by UDP: another one.
            }
        }
    }

    private static int[] freePorts(int count) throws IOException {
        int[] ports = new int[count];
        for (int i = 0; i < count; i++) {
            ports[i] = freePort();
        }
        return ports;
    }

    /** The first start, which does some things once, is not measured. */
    private void starts(Contender contender, boolean measured) throws IOException, InterruptedException {
        contender.start(freePort(), freePorts(1)).close();
        contender.prepare();
        for (int i = 0; measured && i < (quick ? 1 : 3); i++) {
            if (Proc.dropCaches()) {
                Proc.cold = true;
                start(contender, " cold");
                Proc.cold = false;
            } else {
                report.remark("No cold start: only root can drop the page cache");
            }
            start(contender, " warm");
        }
    }

    private void start(Contender contender, String how) throws IOException, InterruptedException {
        try (Contender.Running running = contender.start(freePort(), freePorts(1))) {
            say("%s: start%s %.2f and %.2f s", contender.name, how, running.sendingReady(), running.receivingReady());
            report.add(contender.name, "start sending" + how, running.sendingReady());
            if (running.receivingReady() > 0) {
                report.add(contender.name, "start receiving" + how, running.receivingReady());
            }
        }
    }

    /** Everything that is measured with one receiving end. */
    private void measure(Contender contender, List<String> parts, int round) throws IOException, InterruptedException {
        int[] out = freePorts(1);
        boolean bare = contender instanceof Contender.Bare;
        int in = bare ? out[0] : freePort();
        String name = contender.name;
        try (Contender.Running running = contender.start(in, out)) {
            if (!bare) {
                warmUp(in, out, warmUpSeconds());
            }
            if (parts.contains("cpu")) {
                charged(running, name, CPU_RATE, () -> load.burst(in, out, CPU_RATE, Load.SIZE, 5));
            }
            if (parts.contains("rate")) {
                rate(name, in, out, Load.SIZE);
            }
            if (parts.contains("sizes") && round == 0) {
                for (int size : SIZES) {
                    rate(name, in, out, size);
                }
            }
            if (!bare) {
                report.add(name, "memory now sending", running.sending().memory());
                report.add(
                        name, "memory now receiving", running.receiving().get(0).memory());
                report.add(name, "memory sending", running.sending().peakMemory());
                report.add(name, "memory receiving", running.receiving().get(0).peakMemory());
            }
            // Last: by now all of it has run for minutes, as a service has.
            if (parts.contains("latency")) {
                for (int rate : LATENCY_RATES) {
                    int seconds = latencySeconds(rate) + 1;
                    Load.Result result =
                            charged(running, name, rate, () -> load.run(in, out, rate, Load.SIZE, seconds, 1));
                    for (String field : new String[] {"p50", "p99", "p999"}) {
                        report.add(name, field + " at " + rate, result.of(field));
                    }
                    if (!result.clean()) {
                        report.remark(name + " lost messages at " + rate + "/s: " + result);
                    }
                }
            }
        }
    }

    /** Seconds of load before rates and latencies: enough for Java's compilers to be done. */
    private int warmUpSeconds() {
        return quick ? 20 : 100;
    }

    private int shortWarmUp() {
        return quick ? 10 : 30;
    }

    private int latencySeconds(int rate) {
        return (rate == 1_000 ? 20 : 10) / (quick ? 2 : 1);
    }

    /** For compilers and caches; the same for everybody. */
    private void warmUp(int in, int[] out, int seconds) throws IOException, InterruptedException {
        load.run(in, out, 20_000, Load.SIZE, seconds * 3 / 10, 0);
        load.run(in, out, 60_000, Load.SIZE, seconds * 3 / 10, 0);
        load.burst(in, out, 100_000, Load.SIZE, seconds * 2 / 10);
        load.run(in, out, 1_000, Load.SIZE, seconds * 2 / 10, 0);
    }

    /** All of them at the same time, because an idle one does not disturb the others and each alone would take minutes. */
    private void idle(List<Contender> contenders) throws IOException, InterruptedException {
        Map<Contender, Contender.Running> all = new LinkedHashMap<>();
        try {
            for (Contender contender : contenders) {
                int in = freePort();
                int[] out = freePorts(1);
                all.put(contender, contender.start(in, out));
                warmUp(in, out, shortWarmUp());
            }
            say("idle");
            TimeUnit.SECONDS.sleep(QUIET);
            for (int i = 0; i < (quick ? 1 : 3); i++) {
                Map<Contender, Double> before = new HashMap<>();
                for (Contender contender : contenders) {
                    before.put(contender, all.get(contender).cpu());
                }
                TimeUnit.SECONDS.sleep(IDLE);
                for (Contender contender : contenders) {
                    double used = all.get(contender).cpu() - before.get(contender);
                    report.add(contender.name, "idle", used / IDLE * 100);
                }
            }
        } finally {
            all.values().forEach(Contender.Running::close);
        }
    }

    /** One run of the load. */
    private interface LoadRun {
        Load.Result run() throws IOException, InterruptedException;
    }

    /** One run, with the processor time of both ends noted for a million messages. */
    private Load.Result charged(Contender.Running running, String name, int rate, LoadRun run)
            throws IOException, InterruptedException {
        double sending = running.sendingCpu();
        double receiving = running.receivingCpu();
        Load.Result result = run.run();
        say("  %,d/s: %s", rate, result);
        if (!result.keptUp()) {
            report.remark(name + ": the load came to " + Math.round(result.rate()) + "/s where " + rate + "/s stands");
        }
        if (running.sending() != null && result.clean()) {
            double millions = result.count() / 1e6;
            report.add(name, "cpu sending at " + rate, (running.sendingCpu() - sending) / millions);
            report.add(name, "cpu receiving at " + rate, (running.receivingCpu() - receiving) / millions);
            report.add(
                    name,
                    "cpu at " + rate,
                    (running.sendingCpu() - sending + running.receivingCpu() - receiving) / millions);
        }
        return result;
    }

    private int rateSeconds() {
        return quick ? 3 : 10;
    }

    /** The highest rate without loss over some seconds, to 4 %; or a remark that it lost messages at each rate. */
    private void rate(String name, int in, int[] out, int size) throws IOException, InterruptedException {
        int seconds = rateSeconds();
        String key = name + " " + size;
        double rate = known.containsKey(key) ? known.get(key) : bracket(in, out, size);
        double best = 0;
        boolean failed = false;
        for (int tries = 0; tries < 8; tries++) {
            Load.Result result = load.burst(in, out, rate, size, seconds);
            say("  %d octets: %s%s", size, result, result.sustained() ? "" : " - too fast");
            if (result.sustained()) {
                best = rate;
                if (failed) {
                    break;
                }
                rate *= 1.04;
            } else if (best > 0) {
                break;
            } else {
                failed = true;
                rate /= 1.04;
            }
        }
        if (best > 0) {
            known.put(key, best);
            report.add(name, "rate " + size, best);
        } else {
            report.remark(String.format("%s lost messages of %d octets at %,.0f/s too", name, size, rate * 1.04));
        }
    }

    /** By short runs: a rate that is about right. */
    private double bracket(int in, int[] out, int size) throws IOException, InterruptedException {
        double low = 10_000;
        double high = 30_000;
        while (high < 1_000_000 && load.burst(in, out, high, size, 2).sustained()) {
            low = high;
            high *= 1.6;
        }
        while (high / low > 1.08) {
            double middle = Math.sqrt(low * high);
            if (load.burst(in, out, middle, size, 2).sustained()) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** One receiving end, then ten: what the sending end pays for each. */
    private void manyAgents(Contender contender) throws IOException, InterruptedException {
        for (int count : new int[] {1, 10}) {
            int in = freePort();
            int[] out = freePorts(count);
            say("%s: %d receiving", contender.name, count);
            try (Contender.Running running = contender.start(in, out)) {
                load.run(in, out, 5_000, Load.SIZE, shortWarmUp(), 0);
                double sending = running.sendingCpu();
                double receiving = running.receivingCpu();
                Load.Result result = load.run(in, out, 5_000, Load.SIZE, quick ? 3 : 10, 1);
                say("  %s", result);
                double millions = result.count() / 1e6;
                String at = " with " + count;
                report.add(contender.name, "cpu sending" + at, (running.sendingCpu() - sending) / millions);
                report.add(
                        contender.name, "cpu receiving" + at, (running.receivingCpu() - receiving) / millions / count);
                report.add(contender.name, "p50" + at, result.worst("p50"));
                report.add(contender.name, "p99" + at, result.worst("p99"));
                report.add(contender.name, "memory" + at, running.sending().peakMemory());
                report.add(
                        contender.name,
                        "lost" + at,
                        result.sinks().stream().mapToDouble(s -> s.get("lost")).sum());
            }
        }
    }

    /** Two receiving ends, one of which is stopped now and then. */
    private void stalled(Contender contender) throws IOException, InterruptedException {
        int in = freePort();
        int[] out = freePorts(2);
        say("%s: a stopped one beside a healthy one", contender.name);
        try (Contender.Running running = contender.start(in, out)) {
            warmUp(in, out, shortWarmUp());
            for (int i = 0; i < (quick ? 1 : 3); i++) {
                note(contender.name, " beside a running one", load.run(in, out, 1, 10_000, Load.SIZE, 8, 1));
                running.receiving().get(1).signal("STOP");
                try {
                    note(contender.name, " beside a stopped one", load.run(in, out, 1, 10_000, Load.SIZE, 8, 1));
                } finally {
                    running.receiving().get(1).signal("CONT");
                }
                // What it missed is caught up before the next turn.
                load.run(in, out, 1, 1_000, Load.SIZE, quick ? 2 : 10, 0);
            }
        }
    }

    /** One real agent beside none, beside many, and beside some that do not read. */
    private void crowd(Contender.Backhaul contender) throws IOException, InterruptedException {
        String name = contender.name;
        int in = freePort();
        int[] out = freePorts(1);
        String places = String.valueOf(CROWD + 10);
        Map<String, String> settings = Map.of(
                "RELAY_MAX_AGENTS", places,
                "RELAY_MAX_PER_ADDRESS", places,
                "RELAY_MAX_PER_CERTIFICATE", places,
                "RELAY_WRITE_TIMEOUT", "1m");
        say("%s: a crowd", name);
        try (Contender.Running running = contender.start(in, out, settings)) {
            Proc relay = running.sending();
            warmUp(in, out, shortWarmUp());
            note(name, " beside none", load.run(in, out, CROWD_RATE, Load.SIZE, 21, 1));
            note(name, " beside none, fast", load.run(in, out, 1_000, Load.SIZE, 21, 1));
            report.add(name, "memory beside none", relay.memory());

            Load.Result result;
            Proc many = contender.crowd(CROWD, true);
            try (many) {
                report.add(name, "crowd connected", many.said("in"));
                TimeUnit.SECONDS.sleep(10);
                report.add(name, "memory beside many", relay.memory());
                double before = running.sendingCpu();
                TimeUnit.SECONDS.sleep(10);
                report.add(name, "cpu beside many", (running.sendingCpu() - before) / 10 * 100);
                result = load.run(in, out, CROWD_RATE, Load.SIZE, 21, 1);
                note(name, " beside many", result);
                TimeUnit.SECONDS.sleep(2);
            }
            report.add(name, "lost by many", CROWD * result.count() - many.said("received"));
            report.add(name, "ended of many", many.said("ended"));
            TimeUnit.SECONDS.sleep(60);
            report.add(name, "memory after many", relay.memory());

            Proc deaf = contender.crowd(DEAF, false);
            try (deaf) {
                note(name, " beside deaf", load.run(in, out, 1_000, Load.SIZE, 21, 1));
                report.add(name, "memory beside deaf", relay.memory());
            }
            report.add(name, "ended of deaf", deaf.said("ended"));
        }
    }

    private void note(String name, String how, Load.Result result) {
        say("  healthy%s: %s", how, result);
        for (String field : new String[] {"p50", "p99", "lost"}) {
            report.add(name, field + how, result.of(field));
        }
    }
}
