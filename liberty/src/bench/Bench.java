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

    private final Load load;
    private final Report report;
    private final Map<String, Double> known = new HashMap<>(); // highest rates so far, by contender and size
    private final boolean quick;

    private Bench(Load load, boolean quick) {
        this.load = load;
        this.quick = quick;
        this.report = new Report(rateSeconds());
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
        Bench bench = new Bench(new Load(Path.of(property("bench.load"))), quick);
        for (Contender contender : contenders) {
            bench.report.version(contender.name, contender.version());
        }
        long begun = System.nanoTime();
        for (int round = 0; round < rounds; round++) {
            for (Contender contender : contenders) {
                say("round %d of %d: %s", round + 1, rounds, contender.name);
                bench.measure(contender, parts, round);
            }
            Collections.rotate(contenders, 1);
        }
        if (parts.contains("agents")) {
            for (Contender contender : contenders) {
                if (!(contender instanceof Contender.Bare)) {
                    bench.manyAgents(contender);
                }
            }
        }
        if (parts.contains("stalled")) {
            for (Contender contender : contenders) {
                if (!(contender instanceof Contender.Bare)) {
                    bench.stalled(contender);
                }
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
        for (String java : property("bench.javas").split(",")) {
            String version = java.substring(0, java.indexOf('='));
            String name = "Backhaul, Java " + version;
            Path home = Path.of(java.substring(java.indexOf('=') + 1));
            all.add(backhaul(name, work, certificates, version, home, property("bench.ring")));
            if (Boolean.getBoolean("bench.memory")) {
                all.add(backhaul(name + ", ring in memory", work, certificates, version, home, "none"));
            }
        }
        return all;
    }

    private static Contender backhaul(
            String name, Path work, Certificates certificates, String version, Path java, String ring) {
        Path directory = work.resolve("backhaul-" + version);
        Path agent = Path.of(property("bench.agent"));
        return new Contender.Backhaul(name, directory, certificates, java, directory.resolve("wlp"), agent, ring);
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

    /** Everything that is measured with one receiving end. */
    private void measure(Contender contender, List<String> parts, int round) throws IOException, InterruptedException {
        int[] out = freePorts(1);
        boolean bare = contender instanceof Contender.Bare;
        int in = bare ? out[0] : freePort();
        String name = contender.name;
        if (round == 0 && !bare) {
            contender.start(in, out).close(); // what a first start does once
        }
        try (Contender.Running running = contender.start(in, out)) {
            if (running.sendingReady() > 0) {
                report.add(name, "start sending", running.sendingReady());
            }
            if (running.receivingReady() > 0) {
                report.add(name, "start receiving", running.receivingReady());
            }
            warmUp(in, out);
            if (parts.contains("cpu")) {
                charged(running, name, CPU_RATE, () -> load.burst(in, out, CPU_RATE, Load.SIZE, 5));
            }
            if (parts.contains("rate")) {
                report.add(name, "rate " + Load.SIZE, highestRate(name, in, out, Load.SIZE));
            }
            if (parts.contains("sizes")) {
                for (int size : SIZES) {
                    report.add(name, "rate " + size, highestRate(name, in, out, size));
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
                    Load.Result result = charged(running, name, rate, () -> load.run(in, out, rate, Load.SIZE, 5, 1));
                    for (String field : new String[] {"p50", "p99", "p999"}) {
                        report.add(name, field + " at " + rate, result.of(field));
                    }
                    if (!result.clean()) {
                        report.remark(name + " lost messages at " + rate + "/s: " + result);
                    }
                }
            }
            if (parts.contains("idle") && !bare) {
                TimeUnit.SECONDS.sleep(5); // what is done behind the load
                double before = running.sendingCpu() + running.receivingCpu();
                int seconds = quick ? 5 : 10;
                TimeUnit.SECONDS.sleep(seconds);
                report.add(name, "idle", (running.sendingCpu() + running.receivingCpu() - before) / seconds * 100);
            }
        }
    }

    /** For compilers and caches; the same for everybody. */
    private void warmUp(int in, int[] out) throws IOException, InterruptedException {
        load.run(in, out, 20_000, Load.SIZE, quick ? 2 : 4, 0);
        load.run(in, out, 60_000, Load.SIZE, quick ? 3 : 6, 0);
        load.burst(in, out, 100_000, Load.SIZE, quick ? 2 : 3);
        load.run(in, out, 1_000, Load.SIZE, quick ? 2 : 5, 0);
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

    /** The highest rate without loss over some seconds, to 4 %. */
    private double highestRate(String name, int in, int[] out, int size) throws IOException, InterruptedException {
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
        }
        return best;
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
                load.run(in, out, 5_000, Load.SIZE, quick ? 2 : 10, 0);
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
            warmUp(in, out);
            for (int i = 0; i < (quick ? 1 : 4); i++) {
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

    private void note(String name, String how, Load.Result result) {
        say("  healthy%s: %s", how, result);
        for (String field : new String[] {"p50", "p99", "lost"}) {
            report.add(name, field + how, result.of(field));
        }
    }
}
