package backhaul.relay;

import java.time.Instant;

/**
 * An agent that was connected and is not now.
 *
 * @param subject the name in its certificate
 * @param address where it had dialled from
 * @param at when its connection ended
 * @param reason why, as in the log: {@code it said goodbye: collector ...} where its collector is away
 */
record Departed(String subject, String address, Instant at, String reason) {}
