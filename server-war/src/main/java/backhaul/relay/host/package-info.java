/**
 * The relay's questions to its machine: ports, open files, the UDP socket, and the settings of systemd.
 *
 * <p>Where to begin: {@link backhaul.relay.host.UdpSocket} is the socket that the syslog daemon sends to, bound by the relay
 * or handed over by systemd. {@link backhaul.relay.host.BindFailure} explains why a socket could not be bound, with {@link
 * backhaul.relay.host.PortOwner}, which finds the owner of a port. {@link backhaul.relay.host.OpenFiles} has the limit of files.
 * {@link backhaul.relay.host.SystemdSocket} and {@link backhaul.relay.host.ServiceEnvironment} are the units, for {@code
 * check}, which systemd does not start.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>The answers are the same on a machine whose errors are in another language: the kernel is asked.
 *   <li>Nothing here starts a thread, waits, or knows of messages and agents.
 *   <li>A socket that was handed over is never closed.
 * </ol>
 *
 * <p>May use: Java SE, {@code backhaul.relay.settings}, and {@code Text} of {@code backhaul.relay.status}.
 */
package backhaul.relay.host;
