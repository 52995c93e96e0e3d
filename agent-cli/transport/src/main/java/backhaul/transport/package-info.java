/**
 * What the relay and the agent share beside certificates: the grammar of the wire ({@code Wire}, {@code ControlLine}, {@code
 * EmptyRecords}), messages of their own ({@code OwnMessage}, {@code Printable}), what the kernel tells about sockets ({@code
 * SocketTable}, {@code SendQueue}), properties files and durations ({@code PropertiesFile}, {@code Spelling}, {@code DurationText}), repeated lines ({@code Rated},
 * {@code TokenBucket}), metrics as text ({@code PrometheusText}), the report of the two {@code check} commands ({@code
 * CheckReport}), and what systemd is told of a service ({@code ServiceManager}, which runs systemd-notify).
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Java SE only, no dependency: neither Jakarta nor the command line, and nothing of {@code backhaul.pki}, which stands
 *       on this.
 *   <li>Nothing here starts a thread, opens a socket or logs.
 *   <li>Every error is a sentence that names the thing, the value and the way out.
 * </ol>
 *
 * <p>Out of scope: connections, queues, which configuration keys there are.
 */
package backhaul.transport;
