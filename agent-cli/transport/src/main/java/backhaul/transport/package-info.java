/**
 * The code that the relay and the agent share apart from certificates: the grammar of the wire ({@code Wire}, {@code
 * ControlLine}, {@code EmptyRecords}), messages of their own ({@code OwnMessage}, {@code Printable}), the kernel's
 * tables of sockets ({@code SocketTable}, {@code SendQueue}), properties files and durations ({@code PropertiesFile},
 * {@code Spelling}, {@code DurationText}), repeated lines ({@code Rated}, {@code TokenBucket}), metrics as text ({@code
 * PrometheusText}), the report of both {@code check} commands ({@code CheckReport}), and what systemd is told of a
 * service ({@code ServiceManager}, which runs systemd-notify).
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Java SE only, no dependency: neither Jakarta nor the command line, and nothing of {@code backhaul.pki}, which
 *       uses this package.
 *   <li>Nothing here starts a thread, opens a socket or logs.
 *   <li>Every error is a sentence that names the cause, the value and the fix.
 * </ol>
 *
 * <p>Out of scope: connections, queues, and the list of configuration keys.
 */
package backhaul.transport;
