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
 *       or, for a collector by TCP, into {@code Frames}.
 *   <li>No session is resumed: each connection has a TLS context of its own, so that none escapes a check.
 *   <li>Whatever is told to a person is one sentence on standard error; what a command shows is on standard output.
 * </ol>
 *
 * <p>Out of scope: changing messages, storing them, listening on any port; and parsing them, but for the command {@code
 * tail}, which shows them to a person ({@code SyslogLine}).
 */
package backhaul.agent;
