package backhaul.relay;

import java.nio.file.Path;

/** A process that appends to a ring in a file until somebody kills it. */
final class RingAppender {
    private RingAppender() {}

    /** @param args the file and its size in bytes */
    public static void main(String[] args) throws Exception {
        Backlog backlog =
                RingFile.open(Path.of(args[0]), Integer.parseInt(args[1])).backlog();
        for (int appended = 0; appended < 10_000_000; appended++) {
            long number = backlog.next();
            if (number % 1_000 == 999) {
                backlog.appendNotice(Messages.message(number));
            } else {
                backlog.append(Messages.message(number));
            }
            if (appended == 10) {
                System.out.write('b');
                System.out.flush();
            }
        }
    }
}
