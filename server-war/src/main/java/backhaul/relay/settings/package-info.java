/**
 * What an administrator has set: read from every place that settings come from, judged, and parsed.
 *
 * <p>Where to begin: {@link backhaul.relay.settings.RelayConfig} has every key with its unit, limits and default. {@link
 * backhaul.relay.settings.RelaySettings} says which place counts and what is wrong, in sentences; {@link
 * backhaul.relay.settings.ServerSettings} finds the places without a server, {@link
 * backhaul.relay.settings.LibertySettings} within one, and {@link backhaul.relay.settings.RelayFileSource} brings {@code
 * relay.properties} into MicroProfile Config.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>{@code check}, the command's start and the start on Liberty read by the same {@code RelaySettings}: none takes what
 *       another refuses.
 *   <li>Names and values mean the same in every language of the machine.
 *   <li>No file but those of settings is opened here, and no socket.
 * </ol>
 *
 * <p>May use: Java SE, {@code backhaul.transport}, {@code backhaul.pki}; MicroProfile in {@code LibertySettings} and {@code
 * RelayFileSource} alone.
 */
package backhaul.relay.settings;
