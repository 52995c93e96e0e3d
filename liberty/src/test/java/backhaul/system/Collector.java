package backhaul.system;

import java.util.List;

/** A syslog daemon at home: takes datagrams and writes each to its file as one line. */
interface Collector extends AutoCloseable {
    int port();

    /** The complete lines that are in its file by now. */
    List<String> lines();

    @Override
    void close();
}
