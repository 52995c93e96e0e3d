/**
 * What the relay and the agent share: PEM files to a TLS 1.3 context, distinguished names, a certificate or a TLS
 * failure in plain words, the grammar of the wire, and what the kernel tells about the socket that receives datagrams.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Java SE only, no dependency: neither Jakarta nor the command line.
 *   <li>Nothing here starts a thread, opens a socket or logs.
 *   <li>Every error is a sentence that names the thing, the value and the way out.
 * </ol>
 *
 * <p>Out of scope: connections, configuration keys, queues.
 */
package backhaul.transport;
