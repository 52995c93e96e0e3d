package backhaul.relay;

/** A peer shook hands and may not stay all the same; the message says why, to the administrator of either side. */
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
