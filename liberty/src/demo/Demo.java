import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The two ends of the demo that are not Backhaul: the host that sends messages and the collector that they come home
 * to. Run by {@code liberty/demo}; everything is on one thread and on loopback.
 *
 * <ul>
 *   <li>{@code ports N} prints N free ports.
 *   <li>{@code ready HTTP RELAY-PID} waits until the relay is ready.
 *   <li>{@code watch HTTP RELAY-PID RELAY COLLECTOR AGENT-PID once|on} waits until the agent is connected, sends a few
 *       messages to port RELAY and prints what arrives at port COLLECTOR; with {@code on}, until it is ended.
 * </ul>
 *
 * <p>Exit code 0: as it should be; 1: not.
 */
final class Demo {
    private static final Duration START = Duration.ofSeconds(120);
    private static final Duration HOME = Duration.ofSeconds(10);
    private static final Pattern AGENTS = Pattern.compile("\"agents\":\\s*([0-9]+)");
    private static final Pattern PROBLEM = Pattern.compile("\"problem\":\\s*\"([^\"]*)\"");

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final int http;
    private final Map<String, Long> processes = new TreeMap<>();
    private InetSocketAddress relay;
    private DatagramSocket collector;

    private Demo(String http, String relayPid) {
        this.http = Integer.parseInt(http);
        processes.put("relay", Long.valueOf(relayPid));
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        boolean done = switch (args[0]) {
            case "ports" -> printFreePorts(Integer.parseInt(args[1]));
            case "ready" -> new Demo(args[1], args[2]).awaitReady();
            case "watch" -> new Demo(args[1], args[2]).watch(args[3], args[4], args[5], args[6].equals("once"));
            default -> throw new IllegalArgumentException(args[0]);
        };
        System.exit(done ? 0 : 1);
    }

    private boolean watch(String relayPort, String collectorPort, String agentPid, boolean once)
            throws IOException, InterruptedException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        relay = new InetSocketAddress(loopback, Integer.parseInt(relayPort));
        collector = new DatagramSocket(Integer.parseInt(collectorPort), loopback);
        processes.put("agent", Long.valueOf(agentPid));
        if (!awaitAgent() || !samplesCameHome(sendSamples())) {
            return false;
        }
        if (once) {
            return true;
        }
        say("");
        say("Now it is your turn; from another terminal, as the server's syslog daemon would:");
        say("  logger --udp --server 127.0.0.1 --port " + relayPort + " --rfc5424 'hello from the server'");
        say("Ctrl-C ends the demo.");
        say("");
        while (running()) {
            byte[] message = receive();
            if (message != null) {
                print(message);
            }
        }
        return false;
    }

    /** Free for TCP and UDP alike. All are held until the last one is found, so that none comes twice. */
    private static boolean printFreePorts(int count) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        List<AutoCloseable> held = new ArrayList<>();
        StringBuilder ports = new StringBuilder();
        for (int tries = 0; count > 0 && tries < 100; tries++) {
            ServerSocket tcp = new ServerSocket(0, 1, loopback);
            held.add(tcp);
            try {
                held.add(new DatagramSocket(tcp.getLocalPort(), loopback));
                ports.append(tcp.getLocalPort()).append(--count > 0 ? " " : "\n");
            } catch (IOException e) {
                // taken for UDP: another one
            }
        }
        System.out.print(ports);
        return count == 0;
    }

    /** Says what is missing on the way. */
    private boolean awaitReady() throws InterruptedException {
        String said = "";
        for (Instant end = Instant.now().plus(START); Instant.now().isBefore(end) && running(); Thread.sleep(100)) {
            String health = health();
            Matcher problem = PROBLEM.matcher(health);
            if (problem.find() && !problem.group(1).equals(said)) {
                said = problem.group(1);
                say("The relay is not ready: " + said);
            }
            if (health.contains("\"relay\"") && !health.contains("\"DOWN\"")) {
                say("The relay is ready: http://127.0.0.1:" + http + "/health/ready");
                return true;
            }
        }
        say("The relay did not get ready.");
        return false;
    }

    private boolean awaitAgent() throws InterruptedException {
        for (Instant end = Instant.now().plus(START); Instant.now().isBefore(end) && running(); Thread.sleep(100)) {
            Matcher agents = AGENTS.matcher(health());
            if (agents.find() && Integer.parseInt(agents.group(1)) > 0) {
                say("The agent is connected.");
                return true;
            }
        }
        say("The agent did not connect.");
        return false;
    }

    /** The relay's readiness as JSON, or nothing while there is no answer. */
    private String health() throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http + "/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            return "";
        }
    }

    private boolean running() {
        for (Map.Entry<String, Long> process : processes.entrySet()) {
            if (!ProcessHandle.of(process.getValue())
                    .map(ProcessHandle::isAlive)
                    .orElse(false)) {
                say("The " + process.getKey() + " has ended (process " + process.getValue() + ").");
                return false;
            }
        }
        return true;
    }

    private Deque<String> sendSamples() throws IOException {
        String now = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
        Deque<String> samples = new ArrayDeque<>(List.of(
                "<38>1 " + now + " www sshd 811 - - Accepted publickey for admin from 198.51.100.7 port 50022",
                "<13>1 " + now + " www backup 4711 - - Gr\u00fc\u00dfe: 3 files, 12 \u20ac",
                "<28>1 " + now + " www app 99 - - two lines:\n\tin one message stay one message",
                "<78>1 " + now + " www cron 1203 - - (root) CMD (/usr/local/bin/backup)"));
        say("");
        say("Sending " + samples.size() + " messages to the relay. These arrive at home:");
        say("");
        try (DatagramSocket socket = new DatagramSocket()) {
            for (String sample : samples) {
                byte[] message = sample.getBytes(StandardCharsets.UTF_8);
                socket.send(new DatagramPacket(message, message.length, relay));
            }
        }
        return samples;
    }

    /** All of them, in order and unchanged. What somebody else sends meanwhile is printed and does not count. */
    private boolean samplesCameHome(Deque<String> samples) throws IOException {
        Instant end = Instant.now().plus(HOME);
        int sent = samples.size();
        while (!samples.isEmpty() && Instant.now().isBefore(end) && running()) {
            byte[] message = receive();
            if (message != null) {
                print(message);
                if (new String(message, StandardCharsets.UTF_8).equals(samples.peek())) {
                    samples.remove();
                }
            }
        }
        say("");
        say(sent - samples.size() + " of " + sent + " messages came home"
                + (samples.isEmpty() ? ", in order and unchanged." : " in " + HOME.toSeconds() + " s."));
        return samples.isEmpty();
    }

    /** One message, or null after a short while without one. */
    private byte[] receive() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        collector.setSoTimeout(500);
        try {
            collector.receive(packet);
        } catch (SocketTimeoutException e) {
            return null;
        }
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    /** As rsyslog would write it to its file: control characters as #ooo, everything else as it came. */
    private static void print(byte[] message) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.writeBytes("  home| ".getBytes(StandardCharsets.US_ASCII));
        for (byte octet : message) {
            if (octet >= 0 && octet < 32 || octet == 127) {
                line.writeBytes(String.format("#%03o", octet).getBytes(StandardCharsets.US_ASCII));
            } else {
                line.write(octet);
            }
        }
        line.write('\n');
        System.out.writeBytes(line.toByteArray());
        System.out.flush();
    }

    private static void say(String text) {
        System.out.println(text);
    }
}
