/**
 * How it stands with a relay, and the three forms of it: {@link backhaul.relay.status.StatusPage} for people, {@link
 * backhaul.relay.status.StatusJson} and {@link backhaul.relay.status.RelayMetrics} for programs.
 *
 * <p>Where to begin: {@link backhaul.relay.status.Status}, the snapshot, which all three are made of. {@code RelayWatch}
 * above takes it. {@link backhaul.relay.status.Warnings} is what an administrator should know, {@link
 * backhaul.relay.status.Trend} the last quarter of an hour, {@link backhaul.relay.status.Events} the last lines of the log,
 * {@link backhaul.relay.status.ConnectionCounters} who came. The page is {@code PageAgents}, {@code PageFacts} and {@code
 * RatePlot}, of {@code Html}; {@link backhaul.relay.status.Text} has numbers, sizes and times in words.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>It knows nothing of sockets, of the ring or of the container: a snapshot can be made by a test in a line.
 *   <li>What comes from others, names in certificates and reasons, is escaped in the page and in metrics.
 *   <li>Looking costs those who look.
 * </ol>
 *
 * <p>May use: Java SE, {@code backhaul.transport}, {@code backhaul.pki}, and JSON Processing in {@code StatusJson}.
 */
package backhaul.relay.status;
