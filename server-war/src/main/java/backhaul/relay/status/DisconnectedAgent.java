package backhaul.relay.status;

import java.time.Instant;

/**
 * An agent that is no longer connected.
 *
 * @param subject the name in its certificate
 * @param address from which it had dialled
 * @param at when its connection ended
 * @param reason why, as in the log: {@code it said goodbye: collector ...} where its collector is away
 * @param next the number of the message that it would get next, if everything that was sent has arrived
 */
public record DisconnectedAgent(String subject, String address, Instant at, String reason, long next) {}
