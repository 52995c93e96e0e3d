/**
 * The command {@code backhaul-relay check}, another program with a {@code main} of its own: what is wrong with the
 * configuration, and what to do, without a server.
 *
 * <p>Where to begin: {@link backhaul.relay.check.RelayCommand} is what the script runs, before each start too. {@link
 * backhaul.relay.check.RelayCheck} goes over settings, certificate files and open files; {@code MemoryCheck} adds up the
 * memory, {@code PortsCheck} tries the ports, and {@code HealthProbe} asks a relay that is running which ones are its own.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>A relay that is running is not disturbed: a port that is taken is not touched, no file is written.
 *   <li>Settings, files and ports are judged by the classes that the relay itself uses: both use the same words.
 *   <li>One thread; nothing of Jakarta or MicroProfile is loaded, since no server brings it.
 * </ol>
 *
 * <p>May use: Java SE, {@code backhaul.transport}, {@code backhaul.pki}, and below it {@code settings}, {@code status},
 * {@code host} and the public classes of {@code backhaul.relay}: {@code TrustFiles} and {@code RingSpace}. Nothing uses it.
 */
package backhaul.relay.check;
