/**
 * What the relay and the agent share: PEM files to a TLS 1.3 context, distinguished names, a certificate or a TLS
 * failure in plain words, the grammar of the wire, what the kernel tells about sockets (the fill of the one that
 * receives datagrams, what a TCP peer has not acknowledged), metrics as text, and what the two {@code check} commands have in common.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Java SE only, no dependency: neither Jakarta nor the command line.
 *   <li>Nothing here starts a thread, opens a socket or logs.
 *   <li>Every error is a sentence that names the thing, the value and the way out.
 * </ol>
 *
 * <p>Out of scope: connections, queues, which configuration keys there are.
 */
package backhaul.transport;
