/**
 * The command {@code backhaul-relay check}, a program with its own {@code main}: reports without a server what is wrong with
 * the configuration and how to fix it.
 *
 * <p>Where to begin: {@link backhaul.relay.check.RelayCommand} is run by the script, also before each start. {@link
 * backhaul.relay.check.RelayCheck} checks settings, certificate files and open files; {@code MemoryCheck} adds up the
 * memory, {@code PortsCheck} tries the ports, and {@code HealthProbe} asks a running relay which ports are its own.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>A running relay is not disturbed: no port that is taken is touched, and no file is written.
 *   <li>Settings, files and ports are checked by the classes that the relay itself uses, so both print the same sentences.
 *   <li>One thread; nothing of Jakarta or MicroProfile is loaded, because no server provides it.
 * </ol>
 *
 * <p>May use: Java SE, {@code backhaul.transport}, {@code backhaul.pki}, and below it {@code settings}, {@code status},
 * {@code host} and the public classes of {@code backhaul.relay}: {@code TrustFiles} and {@code RingSpace}. Nothing uses it.
 */
package backhaul.relay.check;
