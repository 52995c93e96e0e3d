package backhaul.relay;

/** A peer shook hands and is not let in all the same; the message says why, to the administrator of either side. */
final class PeerRefusedException extends Exception {
    PeerRefusedException(String message) {
        super(message);
    }

    PeerRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
