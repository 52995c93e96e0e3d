package backhaul.agent;

/** A message as a line of text, without its end. */
interface LineFormat {
    void append(SyslogLine line, StringBuilder out);
}
