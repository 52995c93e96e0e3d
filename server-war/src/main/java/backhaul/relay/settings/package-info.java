/**
 * The administrator's settings: reads them from every place, checks them, and parses them.
 *
 * <p>Where to begin: {@link backhaul.relay.settings.RelayConfig} has every key with its unit, limits and default. {@link
 * backhaul.relay.settings.RelaySettings} decides which place counts and reports problems as sentences; {@link
 * backhaul.relay.settings.ServerSettings} finds the places without a server, {@link
 * backhaul.relay.settings.LibertySettings} within one, and {@link backhaul.relay.settings.RelayFileSource} brings {@code
 * relay.properties} into MicroProfile Config.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>{@code check}, the command's start and the start on Liberty use the same {@code RelaySettings}: none accepts a value
 *       that another refuses.
 *   <li>Names and values mean the same in every language of the machine.
 *   <li>Only files of settings are opened here, and no socket.
 * </ol>
 *
 * <p>May use: Java SE, {@code backhaul.transport}, {@code backhaul.pki}; MicroProfile in {@code LibertySettings} and {@code
 * RelayFileSource} alone.
 */
package backhaul.relay.settings;
