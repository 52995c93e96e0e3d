package backhaul.relay;

/** A peer completed the handshake but may not stay; the message tells the administrator of either side why. */
final class PeerRefusedException extends Exception {
    private final String word;

    PeerRefusedException(String message) {
        super(message);
        this.word = "refused";
    }

    /** With the reason of {@code BYE}. */
    PeerRefusedException(String word, String message, Throwable cause) {
        super(message, cause);
        this.word = word;
    }

    /** The reason in a word, for {@code BYE}. */
    String word() {
        return word;
    }
}
