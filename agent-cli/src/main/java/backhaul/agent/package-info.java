/**
 * The agent: dials out to relays and hands every message to the home syslog daemon, byte for byte and in order.
 *
 * <p>It may use Java SE, {@code backhaul.transport}, picocli in {@code AgentCommand}, {@code Commands} and {@code
 * TailCommand}, and junixsocket in {@code UnixSender}.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>A failure of a connection ends that connection only; the next attempt follows after a back-off, for ever.
 *   <li>A relay is believed alive because of octets received from it, never because of octets sent.
 *   <li>Only a connection's reader hands messages on, and only its writer writes to the relay: neither waits for the
 *       other, so a collector that is slow never holds up a heartbeat.
 *   <li>The position moves behind what the kernel has taken, never ahead of it, and by TCP behind what the collector's
 *       kernel has acknowledged; what is missing becomes a message in its place, which is handed on like any other.
 *   <li>Every wait is bounded or ends with the {@code StopSignal}.
 *   <li>Nothing is allocated or logged per message ({@code tail} allocates), and nothing copied except into the datagram
 *       or, for a collector by TCP, into {@code ResendBuffer}.
 *   <li>No session is resumed: each connection has a TLS context of its own, so that none escapes a check.
 *   <li>Whatever is told to a person is one sentence on standard error; what a command shows is on standard output.
 * </ol>
 *
 * <p>Which room:
 *
 * <ul>
 *   <li>The run: {@code Agent} starts a {@code Reconnector} for each relay and the watches, and stops them; {@code
 *       StopSignal}, {@code Signals}.
 *   <li>Connecting: {@code Reconnector}, {@code Backoff}, {@code RelaySocket} ({@code ReadAheadSocket}, {@code Lookup},
 *       {@code Addresses}, {@code Deadline} with the timer, {@code RelayTrust}), {@code CertificateWatch}.
 *   <li>The stream: {@code RelayConnection} and its {@code RelayWriter}, {@code FrameReader} into a {@code FrameSink},
 *       {@code StreamStart}, {@code RelayWords}; how it ended: {@code ConnectionEnd}, {@code Outcome}, {@code Restart}.
 *   <li>Handing over: {@code Handover} counts, keeps the {@code Position} and puts in what is missing
 *       ({@code PendingNotices}, {@code Silence}, {@code Moment}).
 *   <li>Collectors: {@code Collector}, {@code SyslogSenders} makes one {@code SyslogSender} of {@code UdpSender} ({@code
 *       QueuePacer}, {@code RatePacer}, {@code LongDatagrams}), {@code TcpSender} ({@code ResendBuffer}, {@code
 *       Acknowledgements}) and {@code UnixSender}; {@code NameWatch}, {@code TooLong}.
 *   <li>What is kept: {@code State}, {@code StateFile}, {@code Position}.
 *   <li>What is told: {@code ConsoleLog}, {@code RelayLog}, {@code RelayCounters}, {@code
 *       MetricsFile}, {@code MetricsText}, {@code AgentStatus}, {@code StatusWatch}; and the service
 *       manager by {@code ServiceReport}, which asks {@code Progress} whether a loop stands still.
 *   <li>{@code tail}: {@code TailCommand}, {@code TailPrinter}, {@code SyslogLine}, {@code LineFilter} and the formats.
 *   <li>Commands and settings: {@code AgentCommand}, {@code Commands}, {@code Setting}, {@code Settings}, {@code
 *       AgentConfig}; {@code AgentCheck} with {@code RelayCheck}, {@code RelayProbe} and {@code CollectorCheck}.
 * </ul>
 *
 * <p>Out of scope: changing messages, storing them, listening on any port; and parsing them, but for the command {@code
 * tail}, which shows them to a person ({@code SyslogLine}).
 */
package backhaul.agent;
