/**
 * The relay: receives the host's syslog datagrams and streams them to the connected agents.
 *
 * <p>The path of a message: {@link backhaul.relay.UdpReceiver} reads a datagram and appends it to the {@link
 * backhaul.relay.Backlog}; each {@link backhaul.relay.AgentConnection} has a writer that takes batches through its
 * {@link backhaul.relay.AgentQueue} and hands them to TLS with a {@link backhaul.relay.FrameWriter}.
 *
 * <p>Its packages, each of which uses only those above it in this list:
 *
 * <ul>
 *   <li>{@link backhaul.relay.settings}: the administrator's settings, checked and parsed.
 *   <li>{@link backhaul.relay.status}: a snapshot of the relay as page, JSON and metrics; {@link
 *       backhaul.relay.RelayWatch} takes it.
 *   <li>{@link backhaul.relay.host}: information from the machine, and the UDP socket that it may hand over.
 *   <li>This package, the core, flat and package-private. Intake and ring: {@code UdpReceiver}, {@code DropWatch},
 *       {@code Backlog}, {@code Batch}, {@code Ring}, {@code RingFile}, {@code RingHeader}, {@code RingSpace}. Agents:
 *       {@code TlsListener}, {@code AddressLimit}, {@code Handshake}, {@code Hello}, {@code Peer}, {@code
 *       AgentConnection}, {@code Agents}, {@code AgentQueue}, {@code FrameWriter}, {@code ControlReader} and their
 *       parts. Whom we trust: {@code Trust}, {@code TrustFiles}, {@code TrustWatch}, {@code PeerPolicy}, {@code
 *       TlsEndpoint}. Start and stop: {@code RelayStarter}, {@code RunningRelay}, {@code Rounds}, {@code RelayLog}. The container's
 *       face: {@code SyslogRelay}, the health checks, the classes that answer HTTP.
 *   <li>{@code backhaul.relay.check}: the command, another program. From the core it uses {@code TrustFiles} and {@code
 *       RingSpace}, which no message runs through.
 * </ul>
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>The receiver waits for nobody: no lock, no queue that can be full, no write to a connection.
 *   <li>A connection owns its position in the ring and nothing else of it: a slow agent costs nobody memory.
 *   <li>Messages that an agent did not get because the ring had moved on are counted, by subtraction of sequence
 *       numbers.
 *   <li>Every thread comes from the container and ends within a bounded time after {@link backhaul.relay.SyslogRelay}
 *       was told to stop; that class says what runs on which thread. Whatever an executor's task throws is in the log.
 *   <li>Who we are and whom we let in is one {@link backhaul.relay.Trust} from one reading of the files, replaced as a
 *       whole; agents let in under an earlier one are checked again.
 *   <li>An agent that may not stay gets no message after that was found. It gets {@code BYE} with {@code refused},
 *       {@code revoked} or {@code expired}, or nothing if it reads nothing.
 *   <li>Nothing is logged per message, and never the content of one.
 *   <li>The ring, with the stream and its numbers, outlives the process if it is in a file: the next run continues it.
 *   <li>All settings are read by {@link backhaul.relay.settings.RelaySettings}: a relay does not start with settings
 *       that {@code check} refuses.
 *   <li>A page or a metric costs only its request: nothing is counted per message for it.
 * </ol>
 *
 * <p>May use: Java SE, {@code backhaul.transport}, {@code backhaul.pki}, the packages above it in the list, and Jakarta
 * EE and MicroProfile only in the container's face. Out of scope: parsing, filtering or storing messages.
 */
package backhaul.relay;
