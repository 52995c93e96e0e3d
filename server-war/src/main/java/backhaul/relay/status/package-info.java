/**
 * The status of a relay in three forms: {@link backhaul.relay.status.StatusPage} for people, {@link
 * backhaul.relay.status.StatusJson} and {@link backhaul.relay.status.RelayMetrics} for programs.
 *
 * <p>Where to begin: {@link backhaul.relay.status.Status}, the snapshot that all three show. {@code RelayWatch}
 * in the package above takes it. {@link backhaul.relay.status.Warnings} has the remarks for an administrator, {@link
 * backhaul.relay.status.Trend} the last quarter of an hour, {@link backhaul.relay.status.Events} the last lines of the log,
 * {@link backhaul.relay.status.ConnectionCounters} the connections. The page is {@code PageAgents}, {@code PageFacts} and {@code
 * RatePlot}, of {@code Html}; {@link backhaul.relay.status.Text} has numbers, sizes and times in words.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>It knows nothing of sockets, of the ring or of the container: a test can make a snapshot in one line.
 *   <li>Text from others, such as names in certificates and reasons, is escaped in the page and in metrics.
 *   <li>Only those who look pay for it: a status is made on request.
 * </ol>
 *
 * <p>May use: Java SE, {@code backhaul.transport}, {@code backhaul.pki}, and JSON Processing in {@code StatusJson}.
 */
package backhaul.relay.status;
