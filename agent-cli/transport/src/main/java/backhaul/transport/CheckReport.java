package backhaul.transport;

import java.io.PrintStream;

/** Prints the steps of a check as they happen, each with a mark, and counts the failed ones. Used by one thread. */
public final class CheckReport {
    private enum Mark {
        OK("[ ok ]", 32),
        FAIL("[FAIL]", 31),
        WARN("[warn]", 33),
        SKIP("[skip]", 36);

        private final String text;
        private final int colour; // SGR code, ECMA-48

        Mark(String text, int colour) {
            this.text = text;
            this.colour = colour;
        }
    }

    private final PrintStream out;
    private final boolean coloured;
    private int steps;
    private int failures;
    private int warnings;

    public CheckReport(PrintStream out, boolean coloured) {
        this.out = out;
        this.coloured = coloured;
    }

    public void section(String title) {
        line(title);
    }

    public void ok(String sentence) {
        step(Mark.OK, sentence);
    }

    /** The sentence includes the fix. */
    public void failed(String sentence) {
        failures++;
        step(Mark.FAIL, sentence);
    }

    /** It works now, but not for ever or not in every case; the sentence includes the fix. */
    public void warned(String sentence) {
        warnings++;
        step(Mark.WARN, sentence);
    }

    /** It could not be checked, or there is nothing to check. */
    public void skipped(String sentence) {
        step(Mark.SKIP, sentence);
    }

    /** More about the last step, on a line of its own. */
    public void detail(String text) {
        line("         " + text);
    }

    public int failures() {
        return failures;
    }

    public void summary() {
        String all = failures == 0 ? "All is well" : failures + " of " + steps + " steps failed";
        line(all + (warnings == 0 ? "." : ", " + warnings + (warnings == 1 ? " warning." : " warnings.")));
    }

    private void step(Mark mark, String sentence) {
        steps++;
        String shown = coloured ? "\u001b[" + mark.colour + "m" + mark.text + "\u001b[0m" : mark.text;
        out.println("  " + shown + " " + printable(sentence));
        out.flush();
    }

    private void line(String text) {
        out.println(printable(text));
        out.flush();
    }

    /** It can contain text from a peer: control characters cannot start a line or change the terminal's colours. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cc}", "?");
    }
}
