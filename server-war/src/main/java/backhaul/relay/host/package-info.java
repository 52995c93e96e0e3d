/**
 * What the relay asks of the machine that it runs on: ports, open files, the UDP socket, and what systemd has set.
 *
 * <p>Where to begin: {@link backhaul.relay.host.UdpSocket} is the socket that the syslog daemon sends to, bound by the relay
 * or handed over by systemd. {@link backhaul.relay.host.BindFailure} says why a socket could not be bound, by {@link
 * backhaul.relay.host.PortOwner}, who has the port; {@link backhaul.relay.host.OpenFiles} how many a process may have open.
 * {@link backhaul.relay.host.SystemdSocket} and {@link backhaul.relay.host.ServiceEnvironment} are the units, for {@code
 * check}, which is not started by systemd.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>A machine whose errors are in another language gets the same answers: the kernel is asked.
 *   <li>Nothing here starts a thread, waits, or knows of messages and agents.
 *   <li>A socket that was handed over is never closed.
 * </ol>
 *
 * <p>May use: Java SE, {@code backhaul.relay.settings}, and {@code Text} of {@code backhaul.relay.status}.
 */
package backhaul.relay.host;
