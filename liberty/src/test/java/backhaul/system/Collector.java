package backhaul.system;

import java.util.List;

/** A syslog daemon at home: takes datagrams and writes each to its file as one line. */
interface Collector extends AutoCloseable {
    int port();

    /** What is in its file by now; a line that is still being written is not. */
    List<String> lines();

    @Override
    void close();
}
