/**
 * The agent: dials out to relays and hands every message to the home syslog daemon, byte for byte and in order.
 *
 * <p>It may use Java SE, {@code backhaul.transport}, picocli in {@code AgentCommand}, {@code Commands} and {@code
 * TailCommand}, and junixsocket in {@code UnixSender}.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>A failure of a connection ends only that connection; the next attempt always follows after a back-off.
 *   <li>A relay counts as alive because of bytes received from it, never because of bytes sent.
 *   <li>Only a connection's reader hands messages on, and only its writer writes to the relay: neither waits for the
 *       other, so a slow collector never holds up a heartbeat.
 *   <li>The position moves only after the kernel has taken a message, and by TCP only after the collector's kernel has
 *       acknowledged it. A gap becomes a message in its place, which is handed on like any other.
 *   <li>Every wait is bounded or ends with the {@code StopSignal}.
 *   <li>Nothing is allocated or logged per message ({@code tail} allocates), and nothing copied except into the datagram
 *       or, for a collector by TCP, into {@code ResendBuffer}.
 *   <li>No session is resumed: each connection has its own TLS context, so that none escapes a check.
 *   <li>A report to a person is one sentence on standard error; the output of a command is on standard output.
 * </ol>
 *
 * <p>The classes by job:
 *
 * <ul>
 *   <li>The run: {@code Agent} starts a {@code Reconnector} for each relay and the watches, and stops them; {@code
 *       StopSignal}, {@code Signals}.
 *   <li>Connecting: {@code Reconnector}, {@code Backoff}, {@code RelaySocket} ({@code ReadAheadSocket}, {@code Lookup},
 *       {@code Addresses}, {@code Deadline} with the timer, {@code RelayTrust}), {@code CertificateWatch}.
 *   <li>The stream: {@code RelayConnection} and its {@code RelayWriter}, {@code FrameReader} into a {@code FrameSink},
 *       {@code StreamStart}, {@code RelayWords}; how it ended: {@code ConnectionEnd}, {@code Outcome}, {@code Restart}.
 *   <li>Handing over: {@code Handover} counts, keeps the {@code Position} and reports gaps
 *       ({@code PendingNotices}, {@code Silence}, {@code Moment}).
 *   <li>Collectors: {@code Collector}, {@code SyslogSenders} makes one {@code SyslogSender} of {@code UdpSender} ({@code
 *       QueuePacer}, {@code RatePacer}, {@code LongDatagrams}), {@code TcpSender} ({@code ResendBuffer}, {@code
 *       Acknowledgements}) and {@code UnixSender}; {@code NameWatch}, {@code TooLong}.
 *   <li>Saved data: {@code State}, {@code StateFile}, {@code Position}.
 *   <li>Reports: {@code ConsoleLog}, {@code RelayLog}, {@code RelayCounters}, {@code
 *       MetricsFile}, {@code MetricsText}, {@code AgentStatus}, {@code StatusWatch}; and, to the
 *       service manager, {@code ServiceReport}, which asks {@code Progress} whether a loop stands still.
 *   <li>{@code tail}: {@code TailCommand}, {@code TailPrinter}, {@code SyslogLine}, {@code LineFilter} and the formats.
 *   <li>Commands and settings: {@code AgentCommand}, {@code Commands}, {@code Setting}, {@code Settings}, {@code
 *       AgentConfig}; {@code AgentCheck} with {@code RelayCheck}, {@code RelayProbe} and {@code CollectorCheck}.
 * </ul>
 *
 * <p>Out of scope: changing messages, storing them, listening on any port; and parsing them, except for the command
 * {@code tail}, which shows them to a person ({@code SyslogLine}).
 */
package backhaul.agent;
